// One report: state, actions, trace and result.

import { el, fact, setText } from "./dom.js";
import { bytes, clock, duration, span } from "./format.js";
import { ask, now, watch } from "./live.js";
import { stateOf } from "./list.js";
import { ReportTrace } from "./report-trace.js";
import { ResultView } from "./result.js";
import { Tabs } from "./tabs.js";

const ENDED = new Set(["done", "failed", "cancelled"]);

export class ReportDetail {
  constructor(element) {
    this.element = element;
    this.head = el("header", { className: "head" });
    this.problem = el("p", { className: "error", role: "alert" });
    this.facts = el("dl", { className: "facts" });
    this.errors = el("ul", { className: "errors", "aria-label": "Failed attempts" });
    this.trace = new ReportTrace();
    this.result = new ResultView();
    this.tabs = new Tabs("Views of the report", { trace: ["Trace", this.trace.element], result: ["Result", this.result.element] });
    this.hint = el("div", { className: "nothing" }, el("p", {}, "Select a report to see its trace and result."));
    element.append(this.hint);
    setInterval(() => this.report?.state === "running" && this.showFacts(), 1000);
  }

  jaeger(url) {
    this.trace.jaeger = /^https?:\/\//.test(url ?? "") ? url.replace(/\/+$/, "") : null;
    if (this.report) {
      this.trace.showLinks();
    }
  }

  show(id) {
    if (id === this.id) {
      return;
    }
    this.id = id;
    this.stop();
    this.report = null;
    if (!id) {
      this.element.replaceChildren(this.hint);
      return;
    }
    this.head.replaceChildren(el("h2", {}, `Report ${id}`));
    this.facts.replaceChildren();
    this.errors.replaceChildren();
    this.problem.textContent = "";
    this.trace.clear();
    this.result.clear();
    this.tabs.choose("trace");
    this.element.replaceChildren(this.head, this.problem, this.facts, this.errors, this.tabs.element);
    this.follow();
  }

  follow() {
    const id = this.id;
    this.stop();
    this.close = watch(`/reports/${encodeURIComponent(id)}/events`, {
      report: report => {
        this.update(report);
        if (ENDED.has(report.state)) {
          this.stop();
        }
      },
    });
    ask(`/reports/${encodeURIComponent(id)}`).catch(problem => {
      if (id === this.id) {
        this.stop();
        setText(this.problem, problem.message);
      }
    });
  }

  stop() {
    this.close?.();
    this.close = null;
  }

  update(report) {
    this.report = report;
    const isOver = ENDED.has(report.state);
    const state = el("span", { role: "status" }, stateOf(report));
    this.head.replaceChildren(
      el("a", { className: "back", href: "#/reports" }, "← All reports"),
      el("h2", {}, report.type, " ", el("span", { className: "id" }, report.id)), state,
      el("span", { className: "actions" },
        isOver ? null : this.action("Cancel", "DELETE", ""),
        report.state === "failed" || report.state === "cancelled" ? this.action("Retry", "POST", "/retry") : null,
        report.state === "done" ? el("a", { className: "button", href: report.links.result, download: "" }, "Download") : null));
    this.showFacts();
    this.errors.replaceChildren(...(report.errors ?? []).map(({ attempt, error }) =>
      el("li", {}, el("b", {}, `Attempt ${attempt}`), " ", error)));
    this.trace.follow(report, isOver);
    this.result.follow(report);
    this.tabs.mark("result", report.state === "done" ? bytes(report.size) : "");
  }

  showFacts() {
    const { created, started, ended, attempt, worker, state, contentType } = this.report;
    const at = Date.parse(created);
    const facts = [fact("created", `${clock(created)}`)];
    if (started) {
      facts.push(fact(attempt > 1 ? "last attempt started after" : "waited", duration((Date.parse(started) - at) * 1000)));
      facts.push(fact("ran", ended
        ? duration((Date.parse(ended) - Date.parse(started)) * 1000)
        : state === "running" ? span(now() - Date.parse(started)) : "–"));
    }
    facts.push(fact("attempt", String(attempt)));
    if (worker) {
      facts.push(fact("worker", worker));
    }
    if (contentType) {
      facts.push(fact("result", contentType));
    }
    this.facts.replaceChildren(...facts);
  }

  action(name, method, path) {
    return el("button", {
      type: "button",
      onclick: async event => {
        event.target.disabled = true;
        setText(this.problem, "");
        try {
          await ask(`/reports/${encodeURIComponent(this.id)}${path}`, { method });
          this.follow();
        } catch (problem) {
          setText(this.problem, problem.message);
          event.target.disabled = false;
        }
      },
    }, name);
  }
}
