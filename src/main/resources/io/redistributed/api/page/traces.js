// The list of traces: search, live list, and a scatter of their durations.

import { byId, el, setChildren, setText } from "./dom.js";
import { duration, span } from "./format.js";
import { toOtlp } from "./import.js";
import { ask, now, parse } from "./live.js";
import { Scatter } from "./scatter.js";
import { colorsOf } from "./waterfall.js";

const LIMIT = 100;
const POLL_MILLIS = 2000;
const FIELDS = ["service", "operation", "attribute", "status", "minDuration", "maxDuration", "since"];

export class TracesView {
  constructor(element, open) {
    this.element = element;
    this.open = open;
    this.fields = new Map(FIELDS.map(name => [name, byId(`trace-${name}`)]));
    this.body = byId("trace-list");
    this.count = byId("trace-count");
    this.pause = byId("trace-pause");
    this.scatter = new Scatter(open);
    byId("trace-scatter").append(this.scatter.element);
    byId("trace-search").addEventListener("submit", event => {
      event.preventDefault();
      this.search();
    });
    this.fields.get("service").addEventListener("change", () => this.loadOperations());
    this.pause.addEventListener("click", () => this.setPaused(!this.paused));
    byId("trace-file").addEventListener("change", event => this.openFile(event.target));
    this.body.addEventListener("keydown", event => this.key(event));
    setInterval(() => this.refresh(), POLL_MILLIS);
  }

  /** `query` is the text of the search, as in the page's address. */
  show(query) {
    const parameters = new URLSearchParams(query);
    for (const [name, field] of this.fields) {
      const value = parameters.getAll(name).join(" ");
      if (field instanceof HTMLSelectElement && value && ![...field.options].some(option => option.value === value)) {
        field.append(new Option(value, value));
      }
      field.value = value;
    }
    this.loadServices();
    this.load();
  }

  select(traceId) {
    this.selected = traceId;
    this.render();
  }

  search() {
    setText(byId("trace-file-problem"), "");
    location.hash = `#/traces?${this.parameters()}`;
    this.load();
  }

  parameters() {
    const query = new URLSearchParams();
    for (const [name, field] of this.fields) {
      const values = name === "attribute" ? field.value.match(/\S+/g) ?? [] : [field.value.trim()];
      values.filter(value => value).forEach(value => query.append(name, value));
    }
    return query;
  }

  async load() {
    const query = this.parameters();
    query.set("limit", LIMIT);
    const asked = String(query);
    this.asked = asked;
    try {
      const { traces } = await ask(`/traces?${asked}`);
      if (asked === this.asked) {
        this.traces = traces;
        setText(byId("trace-problem"), "");
        this.render();
      }
    } catch (problem) {
      if (asked === this.asked) {
        setText(byId("trace-problem"), problem.message);
      }
    }
  }

  refresh() {
    if (!this.paused && !document.hidden && this.element.offsetParent && !byId("trace-search").contains(document.activeElement)) {
      this.load();
    }
  }

  setPaused(paused) {
    this.paused = paused;
    this.pause.setAttribute("aria-pressed", String(paused));
    setText(this.pause, paused ? "Resume" : "Pause");
  }

  async loadServices() {
    const { services } = await ask("/api/v3/services").catch(() => ({ services: [] }));
    this.fill("service", services);
    this.loadOperations();
  }

  async loadOperations() {
    const service = this.fields.get("service").value;
    const { operations } = service
      ? await ask(`/api/v3/operations?${new URLSearchParams({ service })}`).catch(() => ({ operations: [] }))
      : { operations: [] };
    if (service !== this.fields.get("service").value) {
      return;
    }
    this.fill("operation", [...new Set(operations.map(({ name }) => name))]);
  }

  fill(name, values) {
    const field = this.fields.get(name);
    const { value } = field;
    const all = value && !values.includes(value) ? [...values, value] : values;
    setChildren(field, new Option("any", ""), ...all.map(one => new Option(one, one)));
    field.value = value;
  }

  /** Sends the spans of a file to the store: OTLP or Jaeger JSON. */
  async openFile(input) {
    const [file] = input.files;
    const problem = byId("trace-file-problem");
    input.value = "";
    setText(problem, "");
    try {
      const { body, traceId } = toOtlp(parse(await file.text()));
      const { partialSuccess } = await ask("/v1/traces",
        { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
      setText(problem, partialSuccess?.errorMessage ?? "");
      this.open(traceId);
    } catch ({ message }) {
      setText(problem, `${file.name}: ${message}`);
    }
  }

  render() {
    if (!this.traces) {
      return;
    }
    const focused = this.body.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.trace : null;
    const colors = colorsOf([...new Set(this.traces.flatMap(trace => trace.services))].sort());
    this.body.replaceChildren(...this.traces.map(trace => this.row(trace, colors)));
    if (focused) {
      this.body.querySelector(`tr[data-trace="${focused}"] a`)?.focus({ preventScroll: true });
    }
    this.scatter.show(this.traces, this.selected);
    const errors = this.traces.filter(trace => trace.errors > 0).length;
    setText(this.count, `${this.traces.length}${this.traces.length === LIMIT ? "+" : ""} traces`
      + (errors > 0 ? `, ${errors} with errors` : ""));
    setText(byId("trace-empty"), this.traces.length > 0 ? "" : String(this.parameters())
      ? "No matching traces" : "No traces yet. Send spans to this address by OTLP (POST /v1/traces), or submit a report.");
  }

  row(trace, colors) {
    const isSelected = trace.traceId === this.selected;
    const line = el("div", { className: "mini", "aria-hidden": "true" }, ...trace.timeline.map(({ name, startMicros, durationMicros, errors }) =>
      el("span", { className: `${colors.get(name)}${errors > 0 ? " failed bar" : ""}`, title: name, style: {
        left: `${100 * startMicros / Math.max(1, trace.durationMicros)}%`,
        width: `${100 * durationMicros / Math.max(1, trace.durationMicros)}%`,
      } })));
    const link = el("a", { href: `#/traces/${trace.traceId}`, title: trace.traceId }, trace.name);
    if (isSelected) {
      link.setAttribute("aria-current", "true");
    }
    const row = el("tr", { className: isSelected ? "selected" : "", onclick: () => this.open(trace.traceId) },
      el("td", { className: "trace-name" }, link, trace.errors > 0 ? el("span", { className: "fault" }, ` ${trace.errors} failed`) : null),
      el("td", { className: "services" }, trace.services.join(", ")), el("td", {}, line),
      el("td", { className: "number" }, duration(trace.durationMicros)), el("td", { className: "number" }, String(trace.spans)),
      el("td", { className: "number" }, span(now() - Date.parse(trace.startTime))));
    row.dataset.trace = trace.traceId;
    return row;
  }

  /** Arrow keys move between traces. */
  key(event) {
    const step = { ArrowDown: "nextSibling", ArrowUp: "previousSibling" }[event.key];
    const row = step && event.target.closest("tr")?.[step];
    if (row) {
      event.preventDefault();
      row.querySelector("a").focus();
    }
  }
}
