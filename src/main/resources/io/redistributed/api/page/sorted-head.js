// The head of a table that can be sorted.

import { el } from "./dom.js";

export class SortedHead {
  /** A column is `{ key, title, isText, isAscending }`, or `{ title }` if it cannot be sorted. `changed()` follows a choice. */
  constructor(columns, by, changed) {
    this.by = by;
    this.columns = new Map(columns.map(column => [column.key ?? column.title, { ...column, head: el("th", { scope: "col",
      className: column.key && !column.isText ? "number" : "" }, column.key
      ? el("button", { type: "button", className: "plain", onclick: () => this.choose(column.key, changed) }, column.title)
      : column.title) }]));
    this.element = el("thead", {}, el("tr", {}, ...[...this.columns.values()].map(({ head }) => head)));
    this.mark();
  }

  choose(key, changed) {
    this.by = key;
    this.mark();
    changed();
  }

  isAscending({ isText, isAscending }) {
    return isText || isAscending;
  }

  mark() {
    for (const [key, column] of this.columns) {
      if (column.key) {
        column.head.setAttribute("aria-sort", key !== this.by ? "none" : this.isAscending(column) ? "ascending" : "descending");
      }
    }
  }

  /** Returns a sorted copy: texts and columns of ascending numbers from the least, others from the largest. */
  sorted(items) {
    const column = this.columns.get(this.by);
    const sign = this.isAscending(column) ? 1 : -1;
    return [...items].sort((a, b) => sign * (column.isText ? a[this.by].localeCompare(b[this.by]) : a[this.by] - b[this.by]));
  }
}
