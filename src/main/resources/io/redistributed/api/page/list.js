// The list of reports: a page of the API, changes and new ones from the event stream, and older pages on request.

import { byId, el, setText } from "./dom.js";
import { duration, shortId, shortWorker, span } from "./format.js";
import { ask, now } from "./live.js";

const PAGE = 200;
/** New reports that are added before the list starts again from the newest page. */
const MAX_NEW = 300;
const STATES = ["queued", "running", "done", "failed", "cancelled"];

export class ReportList {
  constructor(open) {
    this.open = open;
    this.reports = new Map();
    this.max = PAGE + MAX_NEW;
    this.problem = "";
    this.isLoaded = false;
    this.rows = new Map();
    this.types = new Set();
    this.body = byId("list");
    this.state = byId("state");
    this.type = byId("type");
    this.older = byId("older");
    this.state.append(new Option("any", ""), ...STATES.map(state => new Option(state, state)));
    this.type.append(new Option("any", ""));
    this.state.addEventListener("change", () => this.load());
    this.type.addEventListener("change", () => this.load());
    this.older.addEventListener("click", () => this.fetch());
    this.body.addEventListener("keydown", event => this.key(event));
    setInterval(() => this.ages(), 1000);
  }

  put(report) {
    this.reports.set(report.id, report);
    this.news?.set(report.id, report);
    if (!this.types.has(report.type)) {
      this.types.add(report.type);
      this.type.append(new Option(report.type, report.type));
    }
    this.scheduleRender();
  }

  select(id) {
    this.selected = id;
    this.scheduleRender();
  }

  /** Renders once for all changes since the last frame. */
  scheduleRender() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.render();
    });
  }

  /**
   * Starts again with the newest page. The event stream alone has only those of the service's newest reports that the
   * caller may see.
   */
  load() {
    this.cursor = undefined;
    this.fetch();
  }

  async fetch() {
    const query = new URLSearchParams({ limit: PAGE });
    for (const [name, value] of [["state", this.state.value], ["type", this.type.value], ["cursor", this.cursor]]) {
      if (value) {
        query.set(name, value);
      }
    }
    // What the stream sends meanwhile is newer than the answer, even if it does not match.
    const news = this.news = new Map();
    try {
      const { reports, cursor = "" } = await ask(`/reports?${query}`);
      if (news !== this.news) {
        return;
      }
      if (!this.cursor) {
        this.reports = new Map(news);
      }
      reports.forEach(report => this.put(news.get(report.id) ?? report));
      this.max = this.reports.size + MAX_NEW;
      this.cursor = cursor;
      this.isLoaded = true;
      this.problem = "";
    } catch (problem) {
      if (news !== this.news) {
        return;
      }
      this.problem = problem.message;
    }
    this.news = undefined;
    this.scheduleRender();
  }

  matching() {
    return [...this.reports.values()]
      .filter(({ state, type }) => [state, ""].includes(this.state.value) && [type, ""].includes(this.type.value))
      .sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0));
  }

  render() {
    let shown = this.matching();
    if (shown.length > this.max) {
      // Older reports continue at the end of a page, so the list cannot just drop its oldest ones.
      shown = shown.slice(0, PAGE);
      this.load();
    }
    this.reports = new Map(shown.map(report => [report.id, report]));
    const ids = new Set(shown.map(report => report.id));
    for (const [id, row] of this.rows) {
      if (!ids.has(id)) {
        row.element.remove();
        this.rows.delete(id);
      }
    }
    let next = this.body.firstChild;
    for (const report of shown) {
      const row = this.rows.get(report.id) ?? this.add(report.id);
      row.update(report, report.id === this.selected);
      if (row.element === next) {
        next = next.nextSibling;
      } else {
        this.body.insertBefore(row.element, next);
      }
    }
    const isFiltered = this.state.value || this.type.value;
    const count = this.isLoaded ? `${shown.length} ${shown.length === 1 ? "report" : "reports"}` : "";
    setText(byId("count"), this.problem || count);
    setText(this.older, this.problem ? "Try again" : "Older reports");
    this.older.hidden = !this.cursor && !this.problem;
    // A page may be empty although more follow.
    byId("empty").hidden = shown.length > 0 || this.cursor !== "";
    setText(byId("empty"), isFiltered ? "No matching reports" : "No reports yet. Select New report to submit one.");
  }

  add(id) {
    const row = new Row(id, this.open);
    this.rows.set(id, row);
    return row;
  }

  ages() {
    this.rows.forEach(row => row.age());
  }

  /** Arrow keys move between reports. */
  key(event) {
    const step = { ArrowDown: "nextSibling", ArrowUp: "previousSibling" }[event.key];
    const row = step && event.target.closest("tr")?.[step];
    if (row) {
      event.preventDefault();
      row.querySelector("a").focus();
    }
  }
}

class Row {
  constructor(id, open) {
    this.state = new State();
    this.link = el("a", { href: `#/reports/${id}`, title: id });
    this.when = el("td", { className: "number" });
    this.took = el("td", { className: "number" });
    this.attempt = el("td", { className: "number" });
    this.worker = el("td", { className: "worker" });
    this.element = el("tr", { onclick: () => open(id) },
      el("td", {}, this.state.element), el("td", {}, this.link), this.when, this.took, this.attempt, this.worker);
    this.element.dataset.report = id;
  }

  update(report, isSelected) {
    this.element.classList.toggle("selected", isSelected);
    if (isSelected) {
      this.link.setAttribute("aria-current", "true");
    } else {
      this.link.removeAttribute("aria-current");
    }
    if (report === this.report) {
      return;
    }
    this.report = report;
    this.element.dataset.state = report.state;
    this.state.update(report);
    this.link.replaceChildren(report.type, " ", el("span", { className: "id" }, shortId(report.id)));
    setText(this.attempt, report.attempt ? String(report.attempt) : "");
    setText(this.worker, shortWorker(report.worker ?? ""));
    this.worker.title = report.worker ?? "";
    this.age();
  }

  age() {
    const { created, started, ended, state } = this.report;
    const at = Date.parse(created);
    setText(this.when, span(now() - at));
    if (ended) {
      setText(this.took, duration((Date.parse(ended) - at) * 1000));
    } else {
      setText(this.took, state === "running" && started ? span(now() - Date.parse(started)) : "");
    }
  }
}

/** Shows the state of a report and, while it is running, the progress. */
export class State {
  constructor() {
    this.name = el("span");
    this.bar = el("progress", { max: 1 });
    this.percent = el("span", { className: "percent" });
    this.element = el("span", { className: "running-now" }, this.name, this.bar, this.percent);
  }

  update({ id, state, progress }) {
    this.name.className = `state ${state}`;
    setText(this.name, state);
    this.bar.hidden = this.percent.hidden = state !== "running";
    this.bar.setAttribute("aria-label", `Progress of report ${id}`);
    if (progress === undefined) {
      this.bar.removeAttribute("value");
    } else {
      this.bar.value = progress;
    }
    setText(this.percent, progress === undefined ? "" : `${Math.round(progress * 100)} %`);
  }
}
