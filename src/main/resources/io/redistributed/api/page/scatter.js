// Traces as dots: when they started, and how long they took.

import { el, svg } from "./dom.js";
import { axisEnd, clock, duration } from "./format.js";

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
    const at = traces.map(trace => Date.parse(trace.startTime));
    const [from, to] = [Math.min(...at), Math.max(...at)];
    const top = axisEnd(Math.max(1, ...traces.map(trace => trace.durationMicros)));
    const x = time => LEFT + 6 + (WIDTH - LEFT - 12) * (to === from ? 0.5 : (time - from) / (to - from));
    const y = micros => TOP + (HEIGHT - TOP - BOTTOM) * (1 - micros / top);
    const parts = [0, 0.5, 1].flatMap(share => [
      svg("line", { x1: LEFT, x2: WIDTH, y1: y(top * share), y2: y(top * share), class: "grid" }),
      svg("text", { x: LEFT - 5, y: y(top * share) + 3, class: "tick end" }, duration(top * share))]);
    if (traces.length > 0) {
      parts.push(svg("text", { x: LEFT + 6, y: HEIGHT - 3, class: "tick" }, clock(from)),
        svg("text", { x: WIDTH - 2, y: HEIGHT - 3, class: "tick end" }, clock(to)));
    }
    traces.forEach((trace, i) => {
      const dot = svg("circle", { cx: x(at[i]).toFixed(1), cy: y(trace.durationMicros).toFixed(1),
        r: trace.traceId === selected ? 4.5 : 3, class: `dot${trace.errors > 0 ? " failed" : ""}` },
      svg("title", {}, `${trace.name}, ${duration(trace.durationMicros)}`));
      dot.addEventListener("click", () => this.open(trace.traceId));
      parts.push(dot);
    });
    this.drawing.setAttribute("aria-label", `Durations of ${traces.length} traces; the list has the same`);
    this.drawing.replaceChildren(...parts);
  }
}
