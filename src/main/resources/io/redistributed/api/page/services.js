// The services: the graph of their calls, a table of the calls, and their operations.

import { byId, el, setChildren, setText } from "./dom.js";
import { count, duration, percentage, rate } from "./format.js";
import { ask } from "./live.js";
import { Operations } from "./operations.js";
import { ServiceGraph } from "./service-graph.js";
import { SortedHead } from "./sorted-head.js";

const POLL_MILLIS = 10_000;
const COLUMNS = [
  { key: "from", title: "From", isText: true },
  { key: "to", title: "To", isText: true },
  { key: "type", title: "Type", isText: true },
  { key: "perSecond", title: "Rate" },
  { key: "errorShare", title: "Errors" },
  { key: "p50Micros", title: "p50" },
  { key: "p95Micros", title: "p95" },
  { key: "p99Micros", title: "p99" },
];

export class ServicesView {
  constructor(element) {
    this.element = element;
    this.service = byId("services-service");
    this.since = byId("services-since");
    this.graph = new ServiceGraph(service => this.address(service));
    this.operations = new Operations();
    this.head = new SortedHead(COLUMNS, "perSecond", () => this.renderCalls());
    this.body = el("tbody");
    this.calls = el("details", {}, el("summary", {}, "Calls as a table"),
      el("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": "Calls" },
        el("table", { className: "list" }, this.head.element, this.body)));
    this.note = el("p", { className: "hint" }, "Each line has the rate, the p95 duration and the errors. Dashed lines are messages, from the start of publish to the start of process.");
    byId("services-graph").append(this.graph.element, this.note, this.calls);
    byId("services-operations").append(this.operations.element);
    for (const field of [this.service, this.since]) {
      field.addEventListener("change", () => {
        location.hash = this.address(this.service.value);
      });
    }
    setInterval(() => this.refresh(), POLL_MILLIS);
  }

  address(service) {
    const query = new URLSearchParams({ ...service && { service }, since: this.since.value });
    return `#/services?${query}`;
  }

  /** `query` is the text of the choice, as in the page's address. */
  show(query) {
    const parameters = new URLSearchParams(query);
    const service = parameters.get("service") ?? "";
    const since = parameters.get("since") ?? "15m";
    for (const [field, value] of [[this.service, service], [this.since, since]]) {
      if (![...field.options].some(option => option.value === value)) {
        field.append(new Option(value, value));
      }
      field.value = value;
    }
    this.load();
  }

  async load() {
    const query = new URLSearchParams();
    for (const [name, field] of [["service", this.service], ["since", this.since]]) {
      if (field.value) {
        query.set(name, field.value);
      }
    }
    const asked = String(query);
    this.asked = asked;
    try {
      const [statistics, { services }] = await Promise.all([ask(`/traces/statistics?${asked}`), ask("/api/v3/services")]);
      if (asked === this.asked) {
        setText(byId("services-problem"), "");
        this.fill(services);
        this.render(statistics);
      }
    } catch (problem) {
      if (asked === this.asked) {
        setText(byId("services-problem"), problem.message);
      }
    }
  }

  refresh() {
    if (!document.hidden && this.element.offsetParent) {
      this.load();
    }
  }

  fill(services) {
    const { value } = this.service;
    const all = value && !services.includes(value) ? [...services, value] : services;
    setChildren(this.service, new Option("all", ""), ...all.map(one => new Option(one, one)));
    this.service.value = value;
  }

  render({ traces, spans, calls, omittedCalls, operations, omittedOperations }) {
    setText(byId("services-count"), `${count(spans)} spans of ${count(traces)} traces`
      + (omittedCalls > 0 ? ` · ${count(omittedCalls)} rare calls are not shown` : ""));
    setText(byId("services-empty"), spans === 0 ? "No spans in this time" : "");
    this.graph.show(calls, this.service.value);
    this.note.hidden = calls.length === 0;
    this.calls.hidden = calls.length === 0;
    this.rows = calls.map(call => ({ ...call, errorShare: call.errors / call.count }));
    this.renderCalls();
    this.operations.show(operations, omittedOperations);
  }

  renderCalls() {
    this.body.replaceChildren(...this.head.sorted(this.rows).map(call => el("tr", {},
      ...["from", "to", "type"].map(key => el("td", {}, call[key])),
      el("td", { className: "number" }, rate(call.perSecond)),
      el("td", { className: "number" }, call.errors === 0 ? "–" : el("span", { className: "fault" }, percentage(call.errors, call.count))),
      ...["p50Micros", "p95Micros", "p99Micros"].map(key => el("td", { className: "number" }, duration(call[key]))))));
  }
}
