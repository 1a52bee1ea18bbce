// Shows a trace as a waterfall. Only the rows near the visible ones are in the document, so that large traces stay smooth.

import { criticalPath, find, hops, skewed } from "./analysis.js";
import { el, setText } from "./dom.js";
import { duration } from "./format.js";
import { hopRow, spanRow } from "./span-row.js";
import { layOut } from "./trace.js";
import { between, fit, pan, percent, place, tickLabel, tickPlaces, zoom } from "./viewport.js";

const COLORS = 8;
const DRAGGED_PIXELS = 6;
const ROW_PIXELS = 26;
/** Rows beyond the visible ones that are in the document, so that keys and small scrolls find them. */
const MARGIN_PIXELS = 800;
/** In a row. `.fold` is there even if it has no button, so that the others keep their places. */
const FOCUSABLE = ".fold, button, a";

/** Returns the class of each service's color. */
export function colorsOf(services) {
  return new Map(services.map((service, i) => [service, `s${i % COLORS}`]));
}

export class Waterfall {
  /** `choose(traceId, spanId)` is called for a link to another trace. */
  constructor(choose) {
    this.choose = choose;
    this.legend = el("ul", { className: "legend", "aria-label": "Services" });
    this.summary = el("span", { className: "count" });
    this.links = el("span", { className: "links" });
    this.finder = el("input", { type: "search", className: "finder", placeholder: "Find", "aria-label": "Find in the trace",
      oninput: () => this.search(), onkeydown: event => event.key === "Enter" && this.next(event.shiftKey ? -1 : 1) });
    this.hits = el("span", { className: "count", role: "status" });
    this.warning = el("p", { className: "warning" });
    this.axis = el("div", { className: "axis", "aria-hidden": "true" });
    this.rows = el("ol", { className: "rows", "aria-label": "Spans" });
    this.marked = el("div", { className: "marked", hidden: true });
    this.empty = el("p", { className: "empty" });
    this.chart = el("div", { className: "waterfall" }, this.axis, this.rows, this.marked);
    this.element = el("div", { className: "trace" },
      el("div", { className: "tools" }, this.legend, el("span", { className: "critical-key" }, "critical path"), this.summary, this.finder, this.hits, this.links, this.zoomButtons()),
      this.warning, this.empty, this.chart);
    this.chart.addEventListener("keydown", event => this.key(event));
    this.chart.addEventListener("pointerdown", event => this.drag(event));
    document.addEventListener("scroll", () => this.scheduleWindow(), { capture: true, passive: true });
    addEventListener("resize", () => this.scheduleWindow());
    this.clear();
  }

  clear() {
    this.open = new Set();
    this.folded = new Set();
    this.heights = new Map();
    this.layout = null;
    this.items = null;
    this.view = null;
    this.found = [];
    this.finder.value = "";
    this.chart.hidden = true;
    for (const element of [this.empty, this.summary, this.hits, this.warning]) {
      setText(element, "");
    }
    this.legend.replaceChildren();
    this.links.replaceChildren();
  }

  /** Shows a text in place of the trace. */
  explain(text) {
    setText(this.empty, text);
    this.chart.hidden = true;
  }

  isIdle() {
    return !this.dragging && this.chart.offsetParent !== null;
  }

  /** `running` is the report during an attempt, or null; `time` is the current time in ms. */
  show(trace, running = null, time = 0) {
    this.layout = layOut(trace, running, time);
    this.truncated = trace.truncated;
    this.colors = colorsOf(this.layout.services);
    this.critical = Map.groupBy(criticalPath(this.layout), segment => segment.row ?? segment.next);
    this.incoming = new Map();
    this.addIncoming([trace]);
    this.hops = new Map(hops(this.layout.rows).map(hop => [hop.producer, hop]));
    setText(this.empty, "");
    this.chart.hidden = false;
    this.search();
    this.render();
  }

  /** Adds the links that spans of these traces have to spans of this one. */
  addIncoming(traces) {
    for (const { traceId, spans } of traces) {
      for (const span of spans) {
        for (const link of span.links) {
          if (link.traceId === this.layout.traceId) {
            this.incoming.set(link.spanId, [...(this.incoming.get(link.spanId) ?? []), { traceId, span }]);
          }
        }
      }
    }
  }

  render() {
    const { layout, colors } = this;
    this.legend.replaceChildren(...layout.services.map(service =>
      el("li", {}, el("span", { className: `swatch ${colors.get(service)}` }), service)));
    const errors = layout.rows.filter(({ span }) => span.status === "ERROR").length;
    setText(this.summary, `${layout.rows.length} spans · ${duration(layout.length)}`
      + (errors > 0 ? ` · ${errors} with errors` : "") + (this.truncated ? ` · ${this.truncated} not stored` : ""));
    const early = skewed(layout.rows);
    setText(this.warning, early.length === 0 ? "" : `Clocks differ: ${early.length} ${early.length === 1 ? "span starts" : "spans start"}`
      + ` before the parent, by up to ${duration(Math.max(...early.map(({ micros }) => micros)))}.`);
    const range = this.range();
    this.axis.replaceChildren(...tickPlaces(range).map(at =>
      el("span", { className: "tick", style: { left: percent(place(at, range)) } }, tickLabel(at, range))));
    this.items = this.itemsToShow();
    this.renderWindow();
  }

  /** Returns what is not folded: rows, and hops as `{ hop }` behind their producer. */
  itemsToShow() {
    const items = [];
    let foldedDepth = Infinity;
    for (const row of this.layout.rows) {
      if (row.depth > foldedDepth) {
        continue;
      }
      const isFolded = this.folded.has(row.span.spanId);
      foldedDepth = isFolded ? row.depth : Infinity;
      items.push(row);
      if (this.hops.has(row) && !isFolded) {
        items.push({ hop: this.hops.get(row) });
      }
    }
    return items;
  }

  heightOf(item) {
    return this.heights.get(item.span?.spanId) ?? ROW_PIXELS;
  }

  scheduleWindow() {
    if (this.layout && this.chart.offsetParent) {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = undefined;
        this.renderWindow();
      });
    }
  }

  /** Puts the rows near the visible ones into the document, and at least the one with the span `id`. */
  renderWindow(id = null) {
    if (!this.items) {
      return;
    }
    const top = this.rows.getBoundingClientRect().top;
    let [from, to, before, height] = [null, 0, 0, 0];
    const wanted = this.items.findIndex(item => item.span?.spanId === id);
    for (const [i, item] of this.items.entries()) {
      const isNear = top + height > -MARGIN_PIXELS && top + height < innerHeight + MARGIN_PIXELS;
      if (wanted < 0 ? isNear : Math.abs(i - wanted) * ROW_PIXELS < innerHeight + MARGIN_PIXELS) {
        if (from === null) {
          [from, before] = [i, height];
        }
        to = i + 1;
      }
      height += this.heightOf(item);
    }
    from ??= 0;
    const state = [from, to, this.items, this.view, this.found, [...this.open].join()];
    if (id === null && this.drawn?.every((part, i) => part === state[i])) {
      return;
    }
    this.drawn = state;
    const shown = this.items.slice(from, to);
    const focused = document.activeElement?.closest(".row");
    const nth = focused && [...focused.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
    const context = {
      layout: this.layout, range: this.range(), colors: this.colors, count: this.items.length,
      toggle: span => this.toggle(span), fold: span => this.fold(span), focus: span => this.focus(span), choose: this.choose, incoming: this.incoming,
    };
    const found = new Set(this.found);
    this.rows.replaceChildren(...shown.map((item, i) => item.hop ? hopRow(item.hop, context) : spanRow(item, {
      ...context, isOpen: this.open.has(item.span.spanId), isFolded: this.folded.has(item.span.spanId),
      isFound: found.has(item), critical: this.critical.get(item) ?? [], position: from + i + 1,
    })));
    for (const element of this.rows.children) {
      if (this.open.has(element.dataset.span)) {
        this.heights.set(element.dataset.span, element.offsetHeight);
      }
    }
    const after = this.items.slice(to).reduce((sum, item) => sum + this.heightOf(item), 0);
    this.rows.style.paddingTop = `${before}px`;
    this.rows.style.paddingBottom = `${after}px`;
    if (focused) {
      this.elementOf(focused.dataset.span)?.querySelectorAll(FOCUSABLE)[nth]?.focus({ preventScroll: true });
    }
  }

  toggle(id) {
    if (!this.open.delete(id)) {
      this.open.add(id);
    } else {
      this.heights.delete(id);
    }
    this.render();
    this.focus(id);
  }

  fold(id) {
    if (!this.folded.delete(id)) {
      this.folded.add(id);
    }
    this.render();
    this.elementOf(id)?.querySelector(".fold").focus();
  }

  /** Unfolds what hides a span, and moves the focus to it. */
  focus(id) {
    for (let row = this.layout.byId.get(id)?.parent; row; row = row.parent) {
      if (this.folded.delete(row.span.spanId)) {
        this.items = this.itemsToShow();
      }
    }
    if (!this.elementOf(id)) {
      this.renderWindow(id);
    }
    this.elementOf(id)?.querySelector(".name").focus();
  }

  elementOf(id) {
    return [...this.rows.children].find(({ dataset }) => dataset.span === id);
  }

  search() {
    const text = this.finder.value.trim();
    this.found = text && this.layout ? find(this.layout.rows, text) : [];
    this.hit = -1;
    setText(this.hits, text ? `${this.found.length} found` : "");
    this.renderWindow();
  }

  /** Moves to the next or previous span that was found. */
  next(step) {
    if (this.found.length > 0) {
      this.hit = (this.hit + step + this.found.length) % this.found.length;
      this.focus(this.found[this.hit].span.spanId);
      setText(this.hits, `${this.hit + 1} of ${this.found.length}`);
    }
  }

  /** Returns what is visible; a trace of one instant has a microsecond to be drawn in. */
  range() {
    return this.view ?? [0, Math.max(1, this.layout.length)];
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
    if (event.ctrlKey || event.altKey || event.metaKey || !this.layout || event.target === this.finder) {
      return;
    }
    const actions = {
      "+": () => this.zoom(0.5), "-": () => this.zoom(2), 0: () => this.look(null),
      ArrowLeft: () => this.look(pan(this.range(), -0.25)), ArrowRight: () => this.look(pan(this.range(), 0.25)),
      ArrowDown: () => this.step(event.target, "nextElementSibling"),
      ArrowUp: () => this.step(event.target, "previousElementSibling"),
    };
    if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  }

  step(from, direction) {
    let item = from.closest("li")?.[direction];
    while (item && !item.dataset.span) {
      item = item[direction];
    }
    item?.querySelector(".name").focus();
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
      } else if (lane.closest(".row")) {
        this.toggle(lane.closest(".row").dataset.span);
      }
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", stop);
  }
}
