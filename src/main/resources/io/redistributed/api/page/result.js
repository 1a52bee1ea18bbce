// Shows a report's result: HTML in a sandboxed frame, JSON and CSV as tables, other text as it is.

import { el } from "./dom.js";
import { bytes } from "./format.js";
import { parse, request } from "./live.js";
import { csvTable, jsonTable } from "./table.js";

const MAX_BYTES = 5_000_000;

export class ResultView {
  constructor() {
    this.element = el("div", { className: "result", tabIndex: 0 });
  }

  clear() {
    this.shown = null;
    this.element.replaceChildren();
  }

  follow(report) {
    const version = `${report.id} ${report.state} ${report.ended ?? ""}`;
    if (version === this.shown) {
      return;
    }
    this.shown = version;
    if (report.state === "done") {
      this.open(report, version);
    } else {
      const why = { failed: "The report failed.", cancelled: "The report was cancelled." };
      this.element.replaceChildren(el("p", { className: "empty" }, why[report.state] ?? "No result yet"));
    }
  }

  async open(report, version) {
    const type = report.contentType.replace(/;.*/, "").trim().toLowerCase();
    if (type === "text/html") {
      const frame = el("iframe", { title: `Result of report ${report.id}`, className: "page" });
      frame.sandbox.value = "";
      frame.src = report.links.result;
      this.element.replaceChildren(frame);
      return;
    }
    if (report.size > MAX_BYTES) {
      this.element.replaceChildren(el("p", { className: "empty" }, `Too large to show (${bytes(report.size)} of ${type}). Download it instead.`));
      return;
    }
    let shown;
    try {
      const response = await request(report.links.result);
      shown = view(type, await response.text());
    } catch (problem) {
      shown = el("p", { className: "error" }, problem.message);
    }
    if (version === this.shown) {
      this.element.replaceChildren(shown);
    }
  }
}

function view(type, text) {
  if (type === "text/csv") {
    return csvTable(text);
  }
  if (type === "application/json") {
    try {
      return jsonTable(parse(text));
    } catch {
      return plain(text);
    }
  }
  return plain(text);
}

function plain(text) {
  return el("pre", {}, text);
}
