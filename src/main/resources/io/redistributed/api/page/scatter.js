// Traces as dots: when they started, and how long they took on a logarithmic scale.

import { el, svg } from "./dom.js";
import { clock, duration } from "./format.js";

const WIDTH = 480;
const HEIGHT = 96;
const LEFT = 52;
const BOTTOM = 16;
const TOP = 6;

export class Scatter {
  /** `open(traceId)` is called for a click on a dot. */
  constructor(open) {
    this.open = open;
    this.drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "chart" });
    this.element = el("div", { className: "scatter" }, this.drawing);
  }

  show(traces, selected) {
    this.element.hidden = traces.length === 0;
    if (traces.length === 0) {
      return;
    }
    const at = traces.map(trace => Date.parse(trace.startTime));
    const [from, to] = [Math.min(...at), Math.max(...at)];
    const lengths = traces.map(trace => Math.max(1, trace.durationMicros));
    const [low, high] = [power(Math.min(...lengths), Math.floor), power(Math.max(...lengths), Math.ceil)];
    const x = time => LEFT + 6 + (WIDTH - LEFT - 12) * (to === from ? 0.5 : (time - from) / (to - from));
    const y = micros => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (Math.log10(micros) - low) / Math.max(1, high - low));
    const parts = [];
    for (let at = low; at <= high; at++) {
      parts.push(svg("line", { x1: LEFT, x2: WIDTH, y1: y(10 ** at), y2: y(10 ** at), class: "grid" }),
        svg("text", { x: LEFT - 5, y: y(10 ** at) + 3, class: "tick end" }, duration(10 ** at)));
    }
    parts.push(svg("text", { x: LEFT + 6, y: HEIGHT - 3, class: "tick" }, clock(from)),
      svg("text", { x: WIDTH - 2, y: HEIGHT - 3, class: "tick end" }, clock(to)));
    traces.forEach((trace, i) => {
      const dot = svg("circle", { cx: x(at[i]).toFixed(1), cy: y(lengths[i]).toFixed(1),
        r: trace.traceId === selected ? 4.5 : 3, class: `dot${trace.errors > 0 ? " failed" : ""}` },
      svg("title", {}, `${trace.name}, ${duration(trace.durationMicros)}`));
      dot.addEventListener("click", () => this.open(trace.traceId));
      parts.push(dot);
    });
    this.drawing.setAttribute("aria-label", `Durations of ${traces.length} traces; the list has the same`);
    this.drawing.replaceChildren(...parts);
  }
}

/** Returns the power of ten next to a value. */
function power(value, round) {
  return round(Math.log10(value));
}
