// Shows the spans of a trace as a table that can be sorted.

import { selfTime } from "./analysis.js";
import { el, setText } from "./dom.js";
import { duration } from "./format.js";

const MAX_ROWS = 500;
const COLUMNS = [
  { key: "name", title: "Span" },
  { key: "service", title: "Service" },
  { key: "begin", title: "Start", isTime: true },
  { key: "length", title: "Duration", isTime: true },
  { key: "self", title: "Self time", isTime: true },
  { key: "critical", title: "On critical path", isTime: true },
];

export class SpanTable {
  /** `open(spanId)` is called for a click on a span. */
  constructor(open) {
    this.open = open;
    this.by = "self";
    this.body = el("tbody");
    this.heads = new Map(COLUMNS.map(({ key, title, isTime }) =>
      [key, el("th", { scope: "col", className: isTime ? "number" : "" },
        el("button", { type: "button", className: "plain", onclick: () => this.sort(key) }, title))]));
    this.note = el("p", { className: "empty" });
    this.element = el("div", { className: "result" },
      el("table", { className: "data" }, el("thead", {}, el("tr", {}, ...this.heads.values())), this.body), this.note);
  }

  show(layout, segments) {
    const critical = new Map();
    for (const { row, from, to } of segments) {
      critical.set(row, (critical.get(row) ?? 0) + to - from);
    }
    this.spans = layout.rows.map(row => ({
      id: row.span.spanId, name: row.span.name, service: row.span.service, isError: row.span.status === "ERROR", begin: row.begin,
      length: row.end - row.begin, self: selfTime(row), critical: critical.get(row) ?? 0,
    }));
    this.render();
  }

  sort(key) {
    this.by = key;
    this.render();
  }

  render() {
    const isText = this.by === "name" || this.by === "service";
    const isAscending = isText || this.by === "begin";
    for (const [key, head] of this.heads) {
      head.setAttribute("aria-sort", key !== this.by ? "none" : isAscending ? "ascending" : "descending");
    }
    const sorted = [...this.spans].sort((a, b) => isText
      ? a[this.by].localeCompare(b[this.by])
      : (a[this.by] - b[this.by]) * (isAscending ? 1 : -1));
    this.body.replaceChildren(...sorted.slice(0, MAX_ROWS).map(span => el("tr", {},
      el("td", {}, el("button", { type: "button", className: "plain", onclick: () => this.open(span.id) }, span.name),
        span.isError ? el("span", { className: "fault" }, " error") : null),
      el("td", {}, span.service),
      ...["begin", "length", "self", "critical"].map(key => el("td", { className: "number" }, duration(span[key]))))));
    setText(this.note, sorted.length > MAX_ROWS ? `The first ${MAX_ROWS} of ${sorted.length} spans.` : "");
  }
}
