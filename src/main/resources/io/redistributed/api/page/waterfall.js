// Shows a trace as a waterfall.

import { el, setText } from "./dom.js";
import { duration } from "./format.js";
import { ask, now } from "./live.js";
import { spanRow } from "./span-row.js";
import { layOut } from "./trace.js";
import { between, fit, pan, percent, place, tickPlaces, zoom } from "./viewport.js";

const MAX_ROWS = 500;
const COLORS = 8;
const PAUSE_MILLIS = 700;
const DRAGGED_PIXELS = 6;

export class TraceView {
  constructor() {
    this.legend = el("ul", { className: "legend", "aria-label": "Services" });
    this.summary = el("span", { className: "count", role: "status" });
    this.links = el("span", { className: "links" });
    this.axis = el("div", { className: "axis", "aria-hidden": "true" });
    this.rows = el("ol", { className: "rows", "aria-label": "Spans" });
    this.more = el("button", { type: "button", hidden: true, onclick: () => this.showAll() });
    this.marked = el("div", { className: "marked", hidden: true });
    this.empty = el("p", { className: "empty" });
    this.chart = el("div", { className: "waterfall" }, this.axis, this.rows, this.marked, this.more);
    this.element = el("div", { className: "trace" },
      el("div", { className: "tools" }, this.legend, this.summary, this.links, this.zoomButtons()), this.empty, this.chart);
    this.chart.addEventListener("keydown", event => this.key(event));
    this.chart.addEventListener("pointerdown", event => this.drag(event));
    this.clear();
    setInterval(() => this.grow(), 1000);
  }

  /** Redraws running spans at their current length. */
  grow() {
    if (this.trace && this.report?.state === "running" && !this.dragging && this.chart.offsetParent) {
      this.render();
    }
  }

  clear() {
    this.open = new Set();
    this.chosen = null;
    this.report = null;
    this.trace = null;
    this.view = null;
    this.maxRows = MAX_ROWS;
    this.asked = "";
    this.chart.hidden = true;
    setText(this.empty, "");
    setText(this.summary, "");
    this.legend.replaceChildren();
    this.links.replaceChildren();
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
      setText(this.empty, "This report was not traced.");
      return;
    }
    // A report is done shortly before its enclosing spans end; this limits how often the trace is loaded.
    this.timer = setTimeout(() => this.next(), PAUSE_MILLIS);
    try {
      const trace = await ask(`/traces/${traceId}?wait=${isOver ? "2s" : "0s"}`);
      if (report.id === this.report?.id && traceId === this.traceId) {
        this.trace = trace;
        setText(this.empty, "");
        this.render();
      }
    } catch (problem) {
      if (report.id === this.report?.id && !this.trace) {
        setText(this.empty, report.state === "queued" || report.state === "running" ? "No spans have ended yet." : problem.message);
        this.chart.hidden = true;
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
    this.view = null;
    this.open.clear();
    this.showLinks();
    this.load();
  }

  showLinks() {
    const { report, traceId } = this;
    if (!report || !traceId) {
      return;
    }
    const other = [report.traceId, report.attemptTraceId].filter(id => id && id !== traceId);
    this.links.replaceChildren(
      ...other.map(id => el("button", { type: "button", className: "plain", onclick: () => this.choose(id) },
        id === report.traceId ? "trace of the request" : "trace of the latest attempt")),
      this.jaeger ? el("a", { href: `${this.jaeger}/trace/${traceId}`, target: "_blank", rel: "noopener", id: "jaeger" }, "Jaeger") : "",
      el("a", { href: `/traces/${traceId}`, target: "_blank", rel: "noopener" }, "JSON"));
  }

  showAll() {
    this.maxRows = Infinity;
    this.render();
  }

  render() {
    const running = !this.chosen && this.report.state === "running" ? this.report : null;
    const layout = layOut(this.trace, running, now());
    this.layout = layout;
    const focused = document.activeElement?.closest?.(".row")?.dataset.span;
    const colors = new Map(layout.services.map((service, i) => [service, `s${i % COLORS}`]));
    this.legend.replaceChildren(...layout.services.map(service =>
      el("li", {}, el("span", { className: `swatch ${colors.get(service)}` }), service)));
    const errors = layout.rows.filter(({ span }) => span.status === "ERROR").length;
    setText(this.summary, `${layout.rows.length} spans · ${duration(layout.length)}`
      + (errors > 0 ? ` · ${errors} with errors` : "") + (this.trace.truncated ? ` · ${this.trace.truncated} not stored` : ""));
    const range = this.range();
    this.axis.replaceChildren(...tickPlaces(range).map(at =>
      el("span", { className: "tick", style: { left: percent(place(at, range)) } }, at === 0 ? "0" : duration(at))));
    const shown = layout.rows.slice(0, this.maxRows);
    this.rows.replaceChildren(...shown.map(row => spanRow(row, {
      layout, range, colors, isOpen: this.open.has(row.span.spanId),
      toggle: id => this.toggle(id), focus: id => this.focus(id), choose: id => this.choose(id),
    })));
    this.more.hidden = shown.length === layout.rows.length;
    setText(this.more, `Show all ${layout.rows.length} spans`);
    this.chart.hidden = false;
    if (focused) {
      this.focus(focused);
    }
  }

  toggle(id) {
    if (!this.open.delete(id)) {
      this.open.add(id);
    }
    this.render();
    this.focus(id);
  }

  focus(id) {
    const row = [...this.rows.children].find(({ dataset }) => dataset.span === id);
    row?.querySelector(".name").focus();
  }

  range() {
    return this.view ?? [0, this.layout.length];
  }

  zoomButtons() {
    const button = (text, name, action) => el("button", { type: "button", "aria-label": name, title: name, onclick: action }, text);
    return el("span", { className: "zoom", role: "group", "aria-label": "Zoom" },
      button("−", "Zoom out", () => this.zoom(2)), button("+", "Zoom in", () => this.zoom(0.5)),
      button("All", "Show the whole trace", () => this.look(null)));
  }

  /** Zooms around the middle of the visible range. */
  zoom(factor) {
    if (!this.layout) {
      return;
    }
    this.look(zoom(this.range(), factor));
  }

  look(view) {
    if (!this.layout) {
      return;
    }
    this.view = view && fit(view, this.layout.length);
    this.render();
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !this.layout) {
      return;
    }
    const actions = {
      "+": () => this.zoom(0.5), "-": () => this.zoom(2), 0: () => this.look(null),
      ArrowLeft: () => this.look(pan(this.range(), -0.25)), ArrowRight: () => this.look(pan(this.range(), 0.25)),
      ArrowDown: () => event.target.closest("li")?.nextSibling?.querySelector(".name").focus(),
      ArrowUp: () => event.target.closest("li")?.previousSibling?.querySelector(".name").focus(),
    };
    if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  }

  /** Zooms to the range dragged over the bars; without movement it counts as a click on the row. */
  drag(down) {
    const lane = down.target.closest(".lane, .axis");
    if (!lane || down.button !== 0) {
      return;
    }
    down.preventDefault();
    this.dragging = true;
    const box = lane.getBoundingClientRect();
    const chart = this.chart.getBoundingClientRect();
    const inside = event => Math.max(box.left, Math.min(box.right, event.clientX));
    const begin = inside(down);
    const move = event => {
      const [left, right] = [begin, inside(event)].sort((a, b) => a - b);
      this.marked.hidden = right - left < DRAGGED_PIXELS;
      this.marked.style.left = `${left - chart.left}px`;
      this.marked.style.width = `${right - left}px`;
    };
    const stop = () => {
      this.dragging = false;
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", stop);
      this.marked.hidden = true;
    };
    const up = event => {
      stop();
      const [left, right] = [begin, inside(event)].sort((a, b) => a - b);
      if (right - left >= DRAGGED_PIXELS) {
        this.look(between(this.range(), box, left, right));
      } else if (lane.classList.contains("lane")) {
        this.toggle(lane.closest(".row").dataset.span);
      }
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", stop);
  }
}
