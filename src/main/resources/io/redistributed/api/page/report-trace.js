// The trace of a report, which grows while the report runs.

import { el, setChildren } from "./dom.js";
import { ask, now } from "./live.js";
import { Waterfall } from "./waterfall.js";

const PAUSE_MILLIS = 700;

export class ReportTrace {
  constructor() {
    this.waterfall = new Waterfall(traceId => this.choose(traceId));
    this.element = this.waterfall.element;
    this.clear();
    setInterval(() => this.grow(), 1000);
  }

  /** Redraws running spans at their current length. */
  grow() {
    if (this.trace && this.report?.state === "running" && this.waterfall.isIdle()) {
      this.render();
    }
  }

  clear() {
    this.chosen = null;
    this.report = null;
    this.trace = null;
    this.waterfall.clear();
  }

  /** Reloads the trace after a change of the report. */
  follow(report, isOver) {
    this.report = report;
    this.isOver = isOver;
    if (this.timer === undefined) {
      this.load();
    } else {
      this.again = true;
    }
    this.showLinks();
  }

  get traceId() {
    return this.chosen ?? this.report?.traceId;
  }

  async load() {
    const { report, isOver, traceId } = this;
    this.again = false;
    if (!traceId) {
      this.waterfall.explain("This report was not traced.");
      return;
    }
    // A report is done shortly before its enclosing spans end; this limits how often the trace is loaded.
    this.timer = setTimeout(() => this.next(), PAUSE_MILLIS);
    try {
      const trace = await ask(`/traces/${traceId}?wait=${isOver ? "2s" : "0s"}`);
      if (report.id === this.report?.id && traceId === this.traceId) {
        this.trace = trace;
        this.render();
      }
    } catch (problem) {
      if (report.id === this.report?.id && !this.trace) {
        this.waterfall.explain(report.state === "queued" || report.state === "running" ? "No spans have ended yet." : problem.message);
      }
    }
  }

  next() {
    this.timer = undefined;
    if (this.again && this.report) {
      this.load();
    }
  }

  choose(traceId) {
    this.chosen = traceId;
    this.trace = null;
    this.waterfall.clear();
    this.showLinks();
    this.load();
  }

  showLinks() {
    const { report, traceId } = this;
    if (!report || !traceId) {
      return;
    }
    const other = [report.traceId, report.attemptTraceId].filter(id => id && id !== traceId);
    setChildren(this.waterfall.links,
      ...other.map(id => el("button", { type: "button", className: "plain", title: id, onclick: () => this.choose(id) },
        id === report.traceId ? "trace of the request" : "trace of the latest attempt")),
      this.jaeger ? el("a", { href: `${this.jaeger}/trace/${traceId}`, target: "_blank", rel: "noopener", id: "jaeger" }, "Jaeger") : null,
      el("a", { href: `#/traces/${traceId}`, "data-needs": "operate" }, "Analyze"),
      el("a", { href: `/traces/${traceId}`, target: "_blank", rel: "noopener" }, "JSON"));
  }

  render() {
    const running = !this.chosen && this.report.state === "running" ? this.report : null;
    this.waterfall.show(this.trace, running, now());
  }
}
