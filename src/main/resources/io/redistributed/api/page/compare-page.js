// Compares two traces by the paths of their spans.

import { compare } from "./analysis.js";
import { byId, el, setText } from "./dom.js";
import { duration } from "./format.js";
import { ask } from "./live.js";
import { layOut } from "./trace.js";

const MAX_ROWS = 1000;

export class ComparePage {
  constructor(element) {
    this.element = element;
    this.inputs = ["a", "b"].map(side => byId(`compare-${side}`));
    byId("compare-form").addEventListener("submit", event => {
      event.preventDefault();
      location.hash = `#/compare/${this.inputs.map(input => input.value.trim()).join("/")}`;
    });
  }

  async show(...ids) {
    const asked = ids.join("/");
    this.asked = asked;
    this.inputs.forEach((input, i) => {
      input.value = ids[i] ?? "";
    });
    setText(byId("compare-problem"), "");
    byId("compare-result").replaceChildren();
    if (!ids[0] || !ids[1]) {
      this.suggest(ids[0]);
      return;
    }
    try {
      const [one, other] = await Promise.all(ids.map(id => ask(`/traces/${encodeURIComponent(id)}?wait=0s`)));
      if (asked === this.asked) {
        this.render(layOut(one, null, 0), layOut(other, null, 0));
      }
    } catch (problem) {
      if (asked === this.asked) {
        setText(byId("compare-problem"), problem.message);
      }
    }
  }

  /** Offers the latest traces with the same root. */
  async suggest(id) {
    const { asked } = this;
    const { traces } = await ask("/traces?limit=50").catch(() => ({ traces: [] }));
    if (asked !== this.asked) {
      return;
    }
    const own = traces.find(trace => trace.traceId === id);
    const alike = traces.filter(trace => trace.traceId !== id && (!own || trace.name === own.name));
    byId("compare-result").replaceChildren(el("p", { className: "empty" },
      alike.length > 0 ? "With one of these:" : "There is no trace like it to compare with; enter the id of another one."),
    el("ul", {}, ...alike.slice(0, 20).map(trace => el("li", {}, el("a", { href: `#/compare/${id || trace.traceId}/${trace.traceId}` },
      el("bdi", {}, trace.name), `, ${duration(trace.durationMicros)}, ${trace.spans} spans`)))));
  }

  render(one, other) {
    const nodes = compare(one, other);
    const largest = nodes.reduce((most, { a, b }) => Math.max(most, Math.abs((b?.self ?? 0) - (a?.self ?? 0))), 1);
    const rows = nodes.slice(0, MAX_ROWS).map(({ name, service, depth, a, b }) => {
      const change = (b?.self ?? 0) - (a?.self ?? 0);
      const kind = !a ? "only in B" : !b ? "only in A" : "";
      return el("tr", { className: !a ? "added" : !b ? "removed" : "" },
        el("td", { style: { "padding-left": `${10 + Math.min(depth, 12) * 14}px` } }, name, el("span", { className: "kind" }, ` ${kind}`)),
        el("td", {}, service), ...[a, b].flatMap(side => [
          el("td", { className: "number" }, side ? `${side.count} ×` : ""), el("td", { className: "number" }, side ? duration(side.micros) : "")]),
        el("td", { className: "number" }, change === 0 ? "" : `${change > 0 ? "+" : "−"}${duration(Math.abs(change))}`),
        el("td", {}, el("span", { className: `change ${change > 0 ? "slower" : "faster"}`,
          style: { width: `${Math.round(80 * Math.abs(change) / largest)}px` } })));
    });
    const total = other.length - one.length;
    byId("compare-result").replaceChildren(
      el("p", { className: "values" }, el("span", {}, "A took ", el("b", {}, duration(one.length))), el("span", {}, "B took ",
        el("b", {}, duration(other.length))), el("span", {}, "B is ",
        el("b", {}, total === 0 ? "as fast" : `${duration(Math.abs(total))} ${total > 0 ? "slower" : "faster"}`))),
      el("table", { className: "data" }, el("thead", {}, el("tr", {}, ...["Span", "Service", "A", "A total", "B", "B total", "Self time, B − A", ""]
        .map(title => el("th", { scope: "col" }, title)))), el("tbody", {}, ...rows)));
  }
}
