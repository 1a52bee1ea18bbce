// A line chart of the last two minutes.

import { el, svg } from "./dom.js";
import { axisEnd } from "./format.js";

const WINDOW_MILLIS = 120_000;
const WIDTH = 480;
const HEIGHT = 120;
const LEFT = 44;
const BOTTOM = 16;
const TOP = 8;

export class LineChart {
  /** `lines` holds a [name, class] for each line; `text` formats a value. */
  constructor(title, lines, text) {
    this.title = title;
    this.lines = lines;
    this.text = text;
    this.points = [];
    this.drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "chart" });
    this.values = el("p", { className: "values" });
    this.element = el("figure", {}, el("figcaption", {}, title), this.values, this.drawing);
  }

  /** `values` has a value for each line, or undefined. */
  add(time, values) {
    this.points.push({ time, values });
    this.points = this.points.filter(point => point.time > time - WINDOW_MILLIS);
    this.draw(time);
  }

  draw(end) {
    const max = axisEnd(Math.max(0, ...this.points.flatMap(({ values }) => values.filter(value => value !== undefined))));
    const x = time => LEFT + (WIDTH - LEFT) * (1 - (end - time) / WINDOW_MILLIS);
    const y = value => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / max);
    const parts = [];
    for (const share of [0, 0.5, 1]) {
      parts.push(svg("line", { x1: LEFT, x2: WIDTH, y1: y(max * share), y2: y(max * share), class: "grid" }),
        svg("text", { x: LEFT - 6, y: y(max * share) + 3.5, class: "tick end" }, this.text(max * share)));
    }
    for (const [seconds, place] of [[120, "start"], [60, "middle"], [0, "end"]]) {
      parts.push(svg("text", { x: x(end - seconds * 1000), y: HEIGHT - 3, class: `tick ${place}` }, seconds ? `−${seconds} s` : "now"));
    }
    this.lines.forEach(([, style], i) => {
      const known = this.points.filter(({ values }) => values[i] !== undefined);
      const path = known.map(({ time, values }) => `${x(time).toFixed(1)},${y(values[i]).toFixed(1)}`).join(" ");
      parts.push(svg("polyline", { points: path, class: `line ${style}` }));
    });
    const newest = this.points.at(-1)?.values ?? [];
    const labels = this.lines.map(([name], i) => [name, newest[i] === undefined ? "–" : this.text(newest[i])]);
    this.values.replaceChildren(...labels.map(([name, value], i) =>
      el("span", {}, el("span", { className: `key ${this.lines[i][1]}` }), `${name} `, el("b", {}, value))));
    this.drawing.setAttribute("aria-label", `${this.title}, last two minutes. Now ${labels.map(pair => pair.join(" ")).join(", ")}`);
    this.drawing.replaceChildren(...parts);
  }
}
