// A line chart of the last two minutes.

import { Axes } from "./axes.js";
import { el, svg } from "./dom.js";
import { axisEnd } from "./format.js";

const WINDOW_MILLIS = 120_000;
const AXES = new Axes({ width: 480, height: 120, left: 44 });

export class LineChart {
  /** `lines` holds a [name, class] for each line; `text` formats a value. */
  constructor(title, lines, text) {
    this.title = title;
    this.lines = lines;
    this.text = text;
    this.points = [];
    this.drawing = AXES.drawing();
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
    const x = time => AXES.x(1 - (end - time) / WINDOW_MILLIS).toFixed(1);
    const parts = AXES.parts([0, 0.5, 1].map(share => [share, this.text(max * share)]),
      [[0, "−120 s", "start"], [0.5, "−60 s", "middle"], [1, "now", "end"]]);
    this.lines.forEach(([, style], i) => {
      const known = this.points.filter(({ values }) => values[i] !== undefined);
      const path = known.map(({ time, values }) => `${x(time)},${AXES.y(values[i] / max).toFixed(1)}`).join(" ");
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
