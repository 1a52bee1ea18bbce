// The waterfall of a trace.

import { el, say } from "./dom.js";
import { duration } from "./format.js";
import { ask, now } from "./live.js";
import { layOut, ticks } from "./trace.js";

const MOST_ROWS = 500;
const COLOURS = 8;
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

  /** What runs is longer by now. */
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
    this.most = MOST_ROWS;
    this.asked = "";
    this.chart.hidden = true;
    say(this.empty, "");
    say(this.summary, "");
    this.legend.replaceChildren();
    this.links.replaceChildren();
  }

  /** Looks again: something about the report has changed. */
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
      say(this.empty, "This report was not traced.");
      return;
    }
    // A report that is done may be so a moment before the spans around it have ended.
    this.timer = setTimeout(() => this.next(), PAUSE_MILLIS);
    try {
      const trace = await ask(`/traces/${traceId}?wait=${isOver ? "2s" : "0s"}`);
      if (report.id === this.report?.id && traceId === this.traceId) {
        this.trace = trace;
        say(this.empty, "");
        this.render();
      }
    } catch (problem) {
      if (report.id === this.report?.id && !this.trace) {
        say(this.empty, report.state === "queued" || report.state === "running" ? "No span has ended yet." : problem.message);
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
    this.most = Infinity;
    this.render();
  }

  render() {
    const running = !this.chosen && this.report.state === "running" ? this.report : null;
    const layout = layOut(this.trace, running, now());
    this.layout = layout;
    const focused = document.activeElement?.closest?.(".row")?.dataset.span;
    const colours = new Map(layout.services.map((service, i) => [service, `s${i % COLOURS}`]));
    this.legend.replaceChildren(...layout.services.map(service =>
      el("li", {}, el("span", { className: `swatch ${colours.get(service)}` }), service)));
    const errors = layout.rows.filter(({ span }) => span.status === "ERROR").length;
    say(this.summary, `${layout.rows.length} spans · ${duration(layout.length)}`
      + (errors > 0 ? ` · ${errors} with errors` : "") + (this.trace.truncated ? ` · ${this.trace.truncated} not stored` : ""));
    const [from, to] = this.range();
    this.axis.replaceChildren(...ticks(from, to).filter(at => at < from + (to - from) * 0.94).map(at =>
      el("span", { className: "tick", style: { left: percent((at - from) / (to - from)) } }, at === 0 ? "0" : duration(at))));
    const shown = layout.rows.slice(0, this.most);
    this.rows.replaceChildren(...shown.map(row => this.row(row, from, to, colours)));
    this.more.hidden = shown.length === layout.rows.length;
    say(this.more, `Show all ${layout.rows.length} spans`);
    this.chart.hidden = false;
    if (focused) {
      this.focus(focused);
    }
  }

  row(row, from, to, colours) {
    const { span, begin, end, depth, gap } = row;
    const place = at => (at - from) / (to - from);
    const isError = span.status === "ERROR";
    const isOpen = this.open.has(span.spanId);
    const length = span.underWay ? `${duration(end - begin)} …` : duration(end - begin);
    const name = el("button", {
      type: "button", className: "name", "aria-expanded": String(isOpen), title: span.name,
      style: { "--depth": String(Math.min(depth, 12)) }, onclick: () => this.toggle(span.spanId),
    },
      el("span", { className: `swatch ${colours.get(span.service)}` }),
      isError ? el("span", { className: "fault", title: span.statusMessage ?? "error" }, "error ") : null,
      el("span", { className: "text" }, span.name),
      el("span", { className: "kind" }, span.underWay ? "running" : span.kind.toLowerCase()),
      el("span", { className: "unseen" }, ` of ${span.service}, ${length}, from ${duration(begin)}`
        + (gap ? `, ${duration(gap.to - gap.from)} ${gap.what} before` : "")));
    const lane = el("div", { className: "lane", "aria-hidden": "true" });
    if (gap) {
      const said = `${duration(gap.to - gap.from)} ${gap.what}`;
      const waiting = bar(place(gap.from), place(gap.to), "gap", said);
      waiting.textContent = place(gap.to) - place(gap.from) > 0.2 ? said : "";
      lane.append(waiting);
    }
    lane.append(bar(place(begin), place(end),
      `bar ${colours.get(span.service)}${isError ? " failed" : ""}${span.underWay ? " live" : ""}`, `${span.name}: ${length}`));
    for (const event of span.events) {
      lane.append(el("span", { className: "event", title: event.name, style: { left: percent(place(this.at(event.time))) } }));
    }
    lane.append(label(length, place(gap?.from ?? begin), place(end)));
    const element = el("li", { className: "row" }, name, lane, isOpen ? this.facts(row) : null);
    element.dataset.span = span.spanId;
    return element;
  }

  at(time) {
    return layOut({ spans: [{ spanId: "", startTime: time, durationMicros: 0, links: [] }] }, null, 0).start - this.layout.start;
  }

  facts({ span, begin }) {
    const parts = [table("Span", { service: span.service, kind: span.kind, status: span.status,
      ...(span.statusMessage ? { message: span.statusMessage } : {}), "span id": span.spanId, start: `+${duration(begin)}` })];
    if (Object.keys(span.attributes).length > 0) {
      parts.push(table("Attributes", Object.fromEntries(Object.entries(span.attributes).sort(([a], [b]) => (a < b ? -1 : 1)))));
    }
    for (const event of span.events) {
      parts.push(table(`Event ${event.name}, +${duration(this.at(event.time))}`, event.attributes));
    }
    for (const link of span.links) {
      const isHere = this.layout.byId.has(link.spanId);
      const go = el("button", { type: "button", className: "plain",
        onclick: () => (isHere ? this.focus(link.spanId) : this.choose(link.traceId)) },
      isHere ? `to ${this.layout.byId.get(link.spanId).span.name}` : `to trace ${link.traceId}`);
      parts.push(el("div", { className: "link" }, el("b", {}, "Link "), go,
        Object.keys(link.attributes).length > 0 ? table("", link.attributes) : null));
    }
    return el("div", { className: "span-facts" }, ...parts);
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

  /** Around what has the focus, else the middle. */
  zoom(factor) {
    if (!this.layout) {
      return;
    }
    const [from, to] = this.range();
    const half = (to - from) * factor / 2;
    const middle = (from + to) / 2;
    this.look([middle - half, middle + half]);
  }

  look(view) {
    if (!this.layout) {
      return;
    }
    const { length } = this.layout;
    if (view) {
      const width = Math.min(length, Math.max(10, view[1] - view[0]));
      const from = Math.max(0, Math.min(view[0], length - width));
      this.view = width >= length ? null : [from, from + width];
    } else {
      this.view = null;
    }
    this.render();
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !this.layout) {
      return;
    }
    const [from, to] = this.range();
    const step = (to - from) / 4;
    const actions = {
      "+": () => this.zoom(0.5), "-": () => this.zoom(2), 0: () => this.look(null),
      ArrowLeft: () => this.look([from - step, to - step]), ArrowRight: () => this.look([from + step, to + step]),
      ArrowDown: () => event.target.closest("li")?.nextSibling?.querySelector(".name").focus(),
      ArrowUp: () => event.target.closest("li")?.previousSibling?.querySelector(".name").focus(),
    };
    if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  }

  /** Over the bars: zooms to what was marked; without a move it is a click on the row. */
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
        const [from, to] = this.range();
        const at = x => from + (to - from) * (x - box.left) / box.width;
        this.look([at(left), at(right)]);
      } else if (lane.classList.contains("lane")) {
        this.toggle(lane.closest(".row").dataset.span);
      }
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", stop);
  }
}

function percent(share) {
  return `${(100 * share).toFixed(4)}%`;
}

function bar(from, to, className, title) {
  return el("span", { className, title, style: { left: percent(from), width: percent(to - from) } });
}

/** Beside the bar, on the side where there is room; in it if there is none. */
function label(text, from, to) {
  if (to < 0.84) {
    return el("span", { className: "length", style: { left: percent(Math.max(0, to)) } }, text);
  }
  if (from > 0.16) {
    return el("span", { className: "length", style: { right: percent(1 - Math.min(1, from)) } }, text);
  }
  return el("span", { className: "length within", style: { right: percent(Math.max(0, 1 - to)) } }, text);
}

function table(caption, values) {
  return el("table", { className: "facts-table" }, caption ? el("caption", {}, caption) : null,
    el("tbody", {}, ...Object.entries(values).map(([name, value]) =>
      el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, Array.isArray(value) ? value.join(", ") : String(value))))));
}
