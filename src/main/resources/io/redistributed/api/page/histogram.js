// Histograms of durations in buckets that double, drawn over a common range so that they can be compared.

import { Axes } from "./axes.js";
import { svg } from "./dom.js";
import { count, duration } from "./format.js";

const AXES = new Axes({ width: 480, height: 110, left: 44 });
const MINI = { width: 120, height: 22 };

/** Returns `{ low, high }`, the powers of two of the first and the last bucket of all histograms. */
export function rangeOf(histograms) {
  const powers = histograms.flatMap(buckets => [buckets[0], buckets.at(-1)]).map(({ belowMicros }) => Math.log2(belowMicros));
  return { low: Math.min(...powers), high: Math.max(...powers) };
}

/** Returns a drawing for a table cell. */
export function miniHistogram(buckets, range) {
  const most = Math.max(...buckets.map(bucket => bucket.count));
  const width = MINI.width / (range.high - range.low + 1);
  return svg("svg", { class: "mini-histogram", viewBox: `0 0 ${MINI.width} ${MINI.height}`, width: MINI.width, height: MINI.height, "aria-hidden": "true" },
    ...buckets.map(bucket => {
      const height = bucket.count === 0 ? 0 : Math.max(1, MINI.height * bucket.count / most);
      return svg("rect", { x: ((Math.log2(bucket.belowMicros) - range.low) * width).toFixed(2), y: (MINI.height - height).toFixed(2),
        width: Math.max(1, width - 1).toFixed(2), height: height.toFixed(2), class: "bucket" });
    }));
}

/** Returns a drawing with axes, and marks at the percentiles. */
export function histogram({ histogram: buckets, p50Micros, p95Micros, p99Micros }, range) {
  const most = Math.max(...buckets.map(bucket => bucket.count));
  // Even, so that half of it is a count.
  const top = most + most % 2;
  const width = 1 / (range.high - range.low + 1);
  const share = micros => Math.min(1, Math.max(0, ((micros < 1 ? 0 : Math.log2(micros) + 1) - range.low) * width));
  const columns = [];
  const step = Math.max(1, Math.ceil((range.high - range.low + 1) / 8));
  for (let power = range.low; power <= range.high; power += step) {
    columns.push([share(2 ** (power - 1)), duration(Math.floor(2 ** (power - 1))), "start"]);
  }
  const drawing = AXES.drawing();
  drawing.setAttribute("aria-label", `Histogram of durations: ${buckets.filter(bucket => bucket.count > 0)
    .map(bucket => `${count(bucket.count)} below ${duration(bucket.belowMicros)}`).join(", ")}`);
  drawing.replaceChildren(
    ...AXES.parts([0, 0.5, 1].map(part => [part, count(top * part)]), columns),
    ...buckets.map(bucket => {
      const x = AXES.x((Math.log2(bucket.belowMicros) - range.low) * width);
      return svg("rect", { x: x.toFixed(1), y: AXES.y(bucket.count / top).toFixed(1), width: (AXES.x(width) - AXES.x(0) - 1).toFixed(1),
        height: (AXES.y(0) - AXES.y(bucket.count / top)).toFixed(1), class: "bucket" },
      svg("title", {}, `${duration(Math.floor(bucket.belowMicros / 2))} to ${duration(bucket.belowMicros)}: ${count(bucket.count)}`));
    }),
    ...[["p50", p50Micros], ["p95", p95Micros], ["p99", p99Micros]].flatMap(([name, micros], i) => {
      const x = AXES.x(share(micros)).toFixed(1);
      return [svg("line", { x1: x, x2: x, y1: AXES.top, y2: AXES.y(0), class: "mark-line" }),
        svg("text", { x: Number(x) + 2, y: AXES.top + 7 + 9 * i, class: "tick mark-text" }, name)];
    }));
  return drawing;
}
