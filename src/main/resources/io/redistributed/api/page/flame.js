// Shows a trace as a flame graph: each depth is a line, each span a box as wide as it took.

import { el, svg } from "./dom.js";
import { duration } from "./format.js";

const WIDTH = 1000;
const LINE = 18;
/** A narrower span is not drawn. */
const MIN_WIDTH = 0.4;
const CHARACTER = 6.2;
const MAX_DEPTH = 200;

export class FlameGraph {
  /** `open(spanId)` is called for a click on a span. */
  constructor(open) {
    this.open = open;
    this.element = el("div", { className: "flame" });
  }

  show(layout, colors) {
    const depth = Math.min(MAX_DEPTH, layout.rows.reduce((most, row) => Math.max(most, row.depth), 0) + 1);
    const scale = WIDTH / Math.max(1, layout.length);
    const boxes = [];
    for (const row of layout.rows) {
      const width = scale * (row.end - row.begin);
      if (width >= MIN_WIDTH && row.depth < MAX_DEPTH) {
        boxes.push(this.box(row, scale * row.begin, width, colors));
      }
    }
    const left = layout.rows.length - boxes.length;
    this.element.replaceChildren(
      svg("svg", { viewBox: `0 0 ${WIDTH} ${depth * LINE}`, role: "img", class: "flames",
        "aria-label": `Flame graph of ${layout.rows.length} spans in ${depth} levels; the table of spans has the same figures` }, ...boxes),
      el("p", { className: "empty" }, left > 0 ? `${left} spans are too short to be seen.` : ""));
  }

  box(row, x, width, colors) {
    const text = row.span.name.slice(0, Math.floor(width / CHARACTER));
    const box = svg("g", { class: "flame-box" },
      svg("title", {}, `${row.span.service}: ${row.span.name}, ${duration(row.end - row.begin)}`),
      svg("rect", { x: x.toFixed(2), y: row.depth * LINE, width: width.toFixed(2), height: LINE - 1,
        class: `f${colors.get(row.span.service)}${row.span.status === "ERROR" ? " failed" : ""}` }),
      text.length > 2 ? svg("text", { x: (x + 3).toFixed(2), y: row.depth * LINE + 12 }, text) : "");
    box.addEventListener("click", () => this.open(row.span.spanId));
    return box;
  }
}
