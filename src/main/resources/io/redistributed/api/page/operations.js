// The operations of services: rates, errors, latencies, and the slowest traces.

import { el } from "./dom.js";
import { clock, count, duration, percentage, rate } from "./format.js";
import { histogram, miniHistogram, rangeOf } from "./histogram.js";
import { SortedHead } from "./sorted-head.js";

const COLUMNS = [
  { key: "operation", title: "Operation", isText: true },
  { key: "service", title: "Service", isText: true },
  { key: "kind", title: "Kind", isText: true },
  { key: "perSecond", title: "Rate" },
  { key: "errorShare", title: "Errors" },
  { key: "p50Micros", title: "p50" },
  { key: "p95Micros", title: "p95" },
  { key: "p99Micros", title: "p99" },
  { key: "maxMicros", title: "Slowest" },
  { key: "totalMicros", title: "Total" },
  { title: "Durations" },
];

export class Operations {
  constructor() {
    this.opened = new Set();
    this.head = new SortedHead(COLUMNS, "totalMicros", () => this.render());
    this.body = el("tbody");
    this.note = el("p", { className: "empty" });
    this.element = el("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": "Operations" },
      el("table", { className: "list operations" }, this.head.element, this.body), this.note);
  }

  show(operations, omitted) {
    this.operations = operations.map(operation => ({ ...operation, key: `${operation.service} ${operation.kind} ${operation.operation}`,
      errorShare: operation.errors / operation.count }));
    this.note.textContent = omitted > 0 ? `${count(omitted)} operations of less total duration are not shown.` : "";
    this.render();
  }

  render() {
    this.element.hidden = this.operations.length === 0;
    const focused = this.body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const range = rangeOf(this.operations.map(operation => operation.histogram));
    this.body.replaceChildren(...this.head.sorted(this.operations).flatMap(operation => this.rows(operation, range)));
    if (focused) {
      [...this.body.querySelectorAll("[data-key]")].find(button => button.dataset.key === focused)?.focus({ preventScroll: true });
    }
  }

  rows(operation, range) {
    const isOpen = this.opened.has(operation.key);
    const button = el("button", { type: "button", className: "plain", "aria-expanded": String(isOpen), onclick: () => this.toggle(operation.key) },
      operation.operation);
    button.dataset.key = operation.key;
    const [slowest] = operation.slowest;
    const row = el("tr", {},
      el("td", { className: "operation" }, button), el("td", {}, operation.service), el("td", {}, operation.kind.toLowerCase()),
      number(rate(operation.perSecond)),
      el("td", { className: "number" }, operation.errors === 0 ? "–" : el("span", { className: "fault" }, percentage(operation.errors, operation.count))),
      ...["p50Micros", "p95Micros", "p99Micros"].map(key => number(duration(operation[key]))),
      el("td", { className: "number" }, slowLink(operation, slowest, duration(slowest.durationMicros))),
      number(duration(operation.totalMicros)), el("td", {}, miniHistogram(operation.histogram, range)));
    return isOpen ? [row, el("tr", { className: "opened" }, el("td", { colSpan: COLUMNS.length }, details(operation, range)))] : [row];
  }

  toggle(key) {
    if (!this.opened.delete(key)) {
      this.opened.add(key);
    }
    this.render();
  }
}

function details(operation, range) {
  const search = new URLSearchParams({ service: operation.service, operation: operation.operation });
  return el("div", { className: "operation-details" },
    el("figure", {}, el("figcaption", {}, `Durations of ${count(operation.count)} spans`), histogram(operation, range)),
    el("figure", {}, el("figcaption", {}, "Slowest traces"),
      el("ol", {}, ...operation.slowest.map(span => el("li", {},
        slowLink(operation, span, `${duration(span.durationMicros)} at ${clock(span.startTime)}`),
        span.status === "ERROR" ? el("span", { className: "fault" }, " error") : null))),
      el("a", { href: `#/traces?${search}`, "data-key": `${operation.key} all` }, "All traces with this operation")));
}

function slowLink({ key }, { traceId, spanId }, text) {
  return el("a", { href: `#/traces/${traceId}/${spanId}`, title: traceId, "data-key": `${key} ${spanId} ${text}` }, text);
}

function number(text) {
  return el("td", { className: "number" }, text);
}
