// One report: state, actions, trace and result.

import { el, fact, setChildren, setText } from "./dom.js";
import { bytes, clock, duration, span } from "./format.js";
import { ask, now, watch } from "./live.js";
import { State } from "./list.js";
import { ReportTrace } from "./report-trace.js";
import { ResultView } from "./result.js";
import { Tabs } from "./tabs.js";

const ENDED = new Set(["done", "failed", "cancelled"]);

export class ReportDetail {
  constructor(element) {
    this.element = element;
    this.title = el("h2", { tabIndex: -1 });
    this.state = new State();
    this.state.name.setAttribute("role", "status");
    this.cancel = this.action("Cancel", "DELETE", "");
    this.retry = this.action("Retry", "POST", "/retry");
    this.download = el("a", { className: "button", download: "" }, "Download");
    this.head = el("header", { className: "head" }, el("a", { className: "back", href: "#/reports" }, "← All reports"),
      this.title, this.state.element, el("span", { className: "actions" }, this.cancel, this.retry, this.download));
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
    this.title.replaceChildren(`Report ${id}`);
    for (const element of [this.state.element, this.cancel, this.retry, this.download]) {
      element.hidden = true;
    }
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
    const isDone = report.state === "done";
    setChildren(this.title, `${report.type} `, el("span", { className: "id" }, report.id));
    this.state.update(report);
    this.state.element.hidden = false;
    const focused = document.activeElement;
    this.cancel.hidden = isOver;
    this.retry.hidden = !isOver || isDone;
    if (focused.hidden) {
      this.title.focus();
    }
    this.download.hidden = !isDone;
    this.download.href = report.links.result;
    this.showFacts();
    setChildren(this.errors, ...(report.errors ?? []).map(({ attempt, error }) =>
      el("li", {}, el("b", {}, `Attempt ${attempt}`), " ", error)));
    this.trace.follow(report, isOver);
    this.result.follow(report);
    this.tabs.mark("result", isDone ? bytes(report.size) : "");
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
    setChildren(this.facts, ...facts);
  }

  action(name, method, path) {
    return el("button", {
      type: "button",
      onclick: async event => {
        const { id } = this;
        const button = event.target;
        const isFocused = button === document.activeElement;
        button.disabled = true;
        setText(this.problem, "");
        try {
          await ask(`/reports/${encodeURIComponent(id)}${path}`, { method });
          if (id === this.id) {
            this.follow();
          }
        } catch (problem) {
          if (id === this.id) {
            setText(this.problem, problem.message);
          }
        } finally {
          button.disabled = false;
          if (isFocused && document.activeElement === document.body) {
            (button.hidden ? this.title : button).focus();
          }
        }
      },
    }, name);
  }
}
