// The visible part of a trace, as [from, to] in microseconds since the start of the trace, and positions in it. Does
// not use the DOM.

import { exactSpan } from "./format.js";
import { tickStep, ticks } from "./trace.js";

const MIN_MICROS = 10;
/** A tick beyond this share of the width has no room for its label. */
const LAST_TICK = 0.94;
/** Share of the width that the label next to a bar needs. */
const LABEL_SHARE = 0.16;

/** Returns the closest range that fits into a trace of the given length; null for the whole trace. */
export function fit([from, to], length) {
  const width = Math.max(MIN_MICROS, to - from);
  if (width >= length) {
    return null;
  }
  const start = Math.max(0, Math.min(from, length - width));
  return [start, start + width];
}

/** Zooms around the middle: a factor below 1 shows less, above 1 more. */
export function zoom([from, to], factor) {
  const half = (to - from) * factor / 2;
  const middle = (from + to) / 2;
  return [middle - half, middle + half];
}

/** Moves by a share of the width, to the left if it is negative. */
export function pan([from, to], share) {
  const step = (to - from) * share;
  return [from + step, to + step];
}

/** Returns the range between two screen positions, for a range drawn from `box.left` over `box.width`. */
export function between(range, box, left, right) {
  const at = x => range[0] + (range[1] - range[0]) * (x - box.left) / box.width;
  return [at(left), at(right)];
}

/** Returns the share of the width from the left; outside of 0 to 1 if not visible. */
export function place(at, [from, to]) {
  return (at - from) / (to - from);
}

export function percent(share) {
  return `${(100 * share).toFixed(4)}%`;
}

export function tickPlaces(range) {
  return ticks(...range).filter(at => place(at, range) < LAST_TICK);
}

/** Formats a tick with the digits that tell it from the next one, however far the range is zoomed in. */
export function tickLabel(at, range) {
  const step = tickStep(...range);
  if (at === 0) {
    return "0";
  }
  if (at >= 60_000_000 && step >= 1_000_000) {
    return exactSpan(at / 1_000_000);
  }
  const [micros, unit] = at < 1000 ? [1, "µs"] : at < 1_000_000 ? [1000, "ms"] : [1_000_000, "s"];
  return `${(at / micros).toFixed(Math.max(0, Math.ceil(Math.log10(micros / step))))} ${unit}`;
}

/** Places the label next to the bar where there is room, or inside it. `from` and `to` are positions of the bar. */
export function labelPlace(from, to) {
  if (to < 1 - LABEL_SHARE) {
    return { className: "length", style: { left: percent(Math.max(0, to)) } };
  }
  if (from > LABEL_SHARE) {
    return { className: "length", style: { right: percent(1 - Math.min(1, from)) } };
  }
  return { className: "length within", style: { right: percent(Math.max(0, 1 - to)) } };
}
