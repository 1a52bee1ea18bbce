// The frame that charts share: grid lines with labels on the left, labels below.

import { svg } from "./dom.js";

export class Axes {
  constructor({ width, height, left, top = 8, bottom = 16 }) {
    Object.assign(this, { width, height, left, top, bottom });
  }

  /** Returns the place of a share of the width, 0 on the left. */
  x(share) {
    return this.left + (this.width - this.left) * share;
  }

  /** Returns the place of a share of the height, 0 at the bottom. */
  y(share) {
    return this.top + (this.height - this.top - this.bottom) * (1 - share);
  }

  /** Returns an empty drawing of this size. */
  drawing() {
    return svg("svg", { viewBox: `0 0 ${this.width} ${this.height}`, role: "img", class: "chart" });
  }

  /** Returns the lines and labels. `rows` holds [share, text], `columns` [share, text, "start", "middle" or "end"]. */
  parts(rows, columns) {
    return [
      ...rows.flatMap(([share, text]) => [
        svg("line", { x1: this.left, x2: this.width, y1: this.y(share), y2: this.y(share), class: "grid" }),
        svg("text", { x: this.left - 6, y: this.y(share) + 3, class: "tick end" }, text),
      ]),
      ...columns.map(([share, text, anchor]) =>
        svg("text", { x: this.x(share), y: this.height - 3, class: `tick ${anchor}` }, text)),
    ];
  }
}
