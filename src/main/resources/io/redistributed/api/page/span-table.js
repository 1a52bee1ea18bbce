// Shows the spans of a trace as a table that can be sorted.

import { selfTime } from "./analysis.js";
import { el, setText } from "./dom.js";
import { duration } from "./format.js";
import { SortedHead } from "./sorted-head.js";

const MAX_ROWS = 500;
const COLUMNS = [
  { key: "name", title: "Span", isText: true },
  { key: "service", title: "Service", isText: true },
  { key: "begin", title: "Start", isAscending: true },
  { key: "length", title: "Duration" },
  { key: "self", title: "Self time" },
  { key: "critical", title: "On critical path" },
];

export class SpanTable {
  /** `open(spanId)` is called for a click on a span. */
  constructor(open) {
    this.open = open;
    this.head = new SortedHead(COLUMNS, "self", () => this.render());
    this.body = el("tbody");
    this.note = el("p", { className: "empty" });
    this.element = el("div", { className: "result" },
      el("table", { className: "data" }, this.head.element, this.body), this.note);
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

  render() {
    const sorted = this.head.sorted(this.spans);
    this.body.replaceChildren(...sorted.slice(0, MAX_ROWS).map(span => el("tr", {},
      el("td", {}, el("button", { type: "button", className: "plain", onclick: () => this.open(span.id) }, span.name),
        span.isError ? el("span", { className: "fault" }, " error") : null),
      el("td", {}, span.service),
      ...["begin", "length", "self", "critical"].map(key => el("td", { className: "number" }, duration(span[key]))))));
    setText(this.note, sorted.length > MAX_ROWS ? `The first ${MAX_ROWS} of ${sorted.length} spans.` : "");
  }
}
