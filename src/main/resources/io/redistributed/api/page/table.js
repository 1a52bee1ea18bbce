// Shows report results as tables.

import { parseCsv } from "./csv.js";
import { el } from "./dom.js";

const MAX_ROWS = 1000;

/** Returns a table of CSV (RFC 4180); the first record has the column names. */
export function csvTable(text) {
  const [names = [], ...rows] = parseCsv(text);
  return tableOf(names, rows, row => names.map((name, i) => cell(row[i] ?? "")));
}

/**
 * Returns an element for JSON: a table for an array of objects, names and values for an object; nested values expand.
 */
export function jsonTable(value) {
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
    const names = [...new Set(value.flatMap(Object.keys))];
    return tableOf(names, value, row => names.map(name => el("td", typeOf(row[name]), inner(row[name]))));
  }
  if (Array.isArray(value)) {
    return el("ol", { className: "values" }, ...value.slice(0, MAX_ROWS).map(item => el("li", {}, inner(item))));
  }
  if (isObject(value)) {
    const body = el("tbody", {}, ...Object.entries(value).map(([name, item]) =>
      el("tr", {}, el("th", { scope: "row" }, name), el("td", { className: "value" },
        isObject(item) || Array.isArray(item) ? jsonTable(item) : inner(item)))));
    return Object.keys(value).length === 0 ? el("p", { className: "empty" }, "{ }") : el("table", { className: "data" }, body);
  }
  return el("p", {}, String(value));
}

function inner(value) {
  if (value === undefined || value === null) {
    return "";
  }
  if (Array.isArray(value) || isObject(value)) {
    const size = Object.keys(value).length;
    return size === 0 ? "" : el("details", {}, el("summary", {}, `${size} ${Array.isArray(value) ? "item" : "field"}${size === 1 ? "" : "s"}`), jsonTable(value));
  }
  // Drops the last digits of fractions, which are rounding errors.
  return String(typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value);
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeOf(value) {
  return typeof value === "number" ? { className: "number" } : {};
}

function cell(text) {
  const isNumber = text !== "" && !Number.isNaN(Number(text));
  return el("td", isNumber ? { className: "number" } : {}, text);
}

/** `cellsOf(row)` is called for the rows that are shown. */
function tableOf(names, rows, cellsOf) {
  const table = el("table", { className: "data" },
    el("thead", {}, el("tr", {}, ...names.map(name => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...rows.slice(0, MAX_ROWS).map(row => el("tr", {}, ...cellsOf(row)))));
  return rows.length <= MAX_ROWS
    ? table
    : el("div", {}, table, el("p", { className: "empty" }, `First ${MAX_ROWS} of ${rows.length} rows. Download the result to see all.`));
}
