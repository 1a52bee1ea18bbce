// Traces as dots: when they started, and how long they took on a logarithmic scale.

import { Axes } from "./axes.js";
import { el, svg } from "./dom.js";
import { clock, duration } from "./format.js";
import { now } from "./live.js";

const AXES = new Axes({ width: 480, height: 96, left: 52, top: 6 });
/** Keeps dots off the edges. */
const MARGIN = 0.015;

export class Scatter {
  /** `open(traceId)` is called for a click on a dot. */
  constructor(open) {
    this.open = open;
    this.drawing = AXES.drawing();
    this.element = el("div", { className: "scatter" }, this.drawing);
  }

  show(traces, selected) {
    this.element.hidden = traces.length === 0;
    if (traces.length === 0) {
      return;
    }
    // A clock that is ahead would leave no width for the other traces.
    const latest = now();
    const at = traces.map(trace => Math.min(latest, Date.parse(trace.startTime)));
    const [from, to] = [Math.min(...at), Math.max(...at)];
    const lengths = traces.map(trace => Math.max(1, trace.durationMicros));
    const [low, high] = [power(Math.min(...lengths), Math.floor), power(Math.max(...lengths), Math.ceil)];
    const x = time => AXES.x(MARGIN + (1 - 2 * MARGIN) * (to === from ? 0.5 : (time - from) / (to - from)));
    const share = micros => (Math.log10(micros) - low) / Math.max(1, high - low);
    const powers = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    const parts = AXES.parts(powers.map(power => [share(10 ** power), duration(10 ** power)]),
      [[MARGIN, clock(from), "start"], [1, clock(to), "end"]]);
    traces.forEach((trace, i) => {
      const dot = svg("circle", { cx: x(at[i]).toFixed(1), cy: AXES.y(share(lengths[i])).toFixed(1),
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
