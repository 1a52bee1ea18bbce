// A row of the waterfall: name and bar of a span and, when expanded, its attributes, events and links.

import { el } from "./dom.js";
import { duration, valueText } from "./format.js";
import { micros } from "./trace.js";
import { labelPlace, percent, place } from "./viewport.js";

const MAX_DEPTH = 12;
const ROOM_FOR_TEXT = 0.2;

/**
 * `colors` maps services to classes, `critical` has the row's segments of the critical path. `toggle(spanId)`,
 * `fold(spanId)`, `focus(spanId)` and `choose(traceId)` are called on clicks.
 */
export function spanRow(row, context) {
  const { layout, range, colors, isOpen, isFolded, isFound, critical, position, count, toggle, fold, focus, choose, incoming } = context;
  const { span, begin, end, depth, gap } = row;
  const isError = span.status === "ERROR";
  const length = span.isRunning ? `${duration(end - begin)} …` : duration(end - begin);
  const name = el("button", {
    type: "button", className: "name", "aria-expanded": String(isOpen), title: span.name,
    onclick: () => toggle(span.spanId),
  },
    el("span", { className: `swatch ${colors.get(span.service)}` }),
    isError ? el("span", { className: "fault", title: span.statusMessage ?? "error" }, "error ") : null,
    el("span", { className: "text" }, span.name),
    el("span", { className: "kind" }, span.isRunning ? "running" : span.kind.toLowerCase()),
    el("span", { className: "unseen" }, ` of ${span.service}, ${length}, from ${duration(begin)}`
      + (gap ? `, ${duration(gap.to - gap.from)} ${gap.what} before` : "")));
  const lane = el("div", { className: "lane", "aria-hidden": "true" });
  if (gap) {
    const text = `${duration(gap.to - gap.from)} ${gap.what}`;
    const waiting = bar(gap.from, gap.to, range, "gap", text);
    waiting.textContent = place(gap.to, range) - place(gap.from, range) > ROOM_FOR_TEXT ? text : "";
    lane.append(waiting);
  }
  lane.append(bar(begin, end, range,
    `bar ${colors.get(span.service)}${isError ? " failed" : ""}${span.isRunning ? " live" : ""}`, `${span.name}: ${length}`));
  for (const { from, to, what } of critical) {
    lane.append(bar(from, to, range, "critical", `critical path: ${what}, ${duration(to - from)}`));
  }
  for (const event of span.events) {
    const at = micros(event.time) - layout.start;
    lane.append(el("span", { className: "event", title: event.name, style: { left: percent(place(at, range)) } }));
  }
  lane.append(el("span", labelPlace(place(gap?.from ?? begin, range), place(end, range)), length));
  const folder = row.children.length === 0 ? el("span", { className: "fold" }) : el("button", {
    type: "button", className: "fold", "aria-expanded": String(!isFolded), "aria-label": `${row.children.length} children of ${span.name}`,
    onclick: () => fold(span.spanId),
  }, isFolded ? "▸" : "▾");
  const cell = el("div", { className: "cell", style: { "--depth": String(Math.min(depth, MAX_DEPTH)) } }, folder, name);
  const element = el("li", {
    className: `row${isFound ? " found" : ""}`, "aria-setsize": String(count), "aria-posinset": String(position),
  }, cell, lane, isOpen ? facts(row, layout, focus, choose, incoming.get(span.spanId) ?? []) : null);
  element.dataset.span = span.spanId;
  return element;
}

/** Returns the lane of a message's way through Redis: from the publish to the first processing. */
export function hopRow({ producer, consumers, receivers, from, to }, { range }) {
  const isProcessed = to < Infinity;
  const count = receivers ?? consumers.length;
  const text = `Redis Pub/Sub: ${count} ${count === 1 ? "receiver" : "receivers"}`;
  const wait = isProcessed ? duration(Math.max(0, to - from)) : "no processing seen";
  const lane = el("div", { className: "lane", "aria-hidden": "true" });
  if (isProcessed && to > from) {
    lane.append(bar(from, to, range, "channel", `${text}, ${wait} from publish to process`));
  }
  lane.append(el("span", labelPlace(place(from, range), place(isProcessed ? Math.max(from, to) : from, range)), wait));
  return el("li", { className: "hop" },
    el("div", { className: "cell", style: { "--depth": String(Math.min(producer.depth + 1, MAX_DEPTH)) } },
      el("span", { className: "fold" }), el("span", { className: "text" }, text), el("span", { className: "unseen" }, `, ${wait}`)),
    lane);
}

function bar(from, to, range, className, title) {
  const left = place(from, range);
  return el("span", { className, title, style: { left: percent(left), width: percent(place(to, range) - left) } });
}

function facts({ span, begin }, layout, focus, choose, incoming) {
  const parts = [table("Span", { service: span.service, kind: span.kind, status: span.status,
    ...(span.statusMessage ? { message: span.statusMessage } : {}), "span id": span.spanId, start: `+${duration(begin)}` })];
  if (Object.keys(span.attributes).length > 0) {
    parts.push(table("Attributes", Object.fromEntries(Object.entries(span.attributes).sort(([a], [b]) => (a < b ? -1 : 1)))));
  }
  for (const event of span.events) {
    parts.push(table(el("span", {}, "Event ", el("bdi", {}, event.name), offset(micros(event.time), layout.start)), event.attributes));
  }
  for (const link of span.links) {
    const target = layout.byId.get(link.spanId);
    const go = el("button", { type: "button", className: "plain",
      onclick: () => (target ? focus(link.spanId) : choose(link.traceId, link.spanId)) },
    target ? `to ${target.span.name}` : `to trace ${link.traceId}`);
    parts.push(el("div", { className: "link" }, el("b", {}, "Link "), go,
      Object.keys(link.attributes).length > 0 ? table("", link.attributes) : null));
  }
  for (const { traceId, span: from } of incoming) {
    const isHere = layout.byId.has(from.spanId);
    parts.push(el("div", { className: "link" }, el("b", {}, "Linked from "), el("button", { type: "button", className: "plain",
      onclick: () => (isHere ? focus(from.spanId) : choose(traceId, from.spanId)) },
    el("bdi", {}, from.name), isHere ? "" : ` of trace ${traceId}`)));
  }
  parts.push(el("div", { className: "link", "data-needs": "operate" },
    el("a", { href: `#/traces/${layout.traceId}/${span.spanId}` }, "Link to this span")));
  return el("div", { className: "span-facts" }, ...parts);
}

/** Returns nothing for a time that is not set. A clock of another host may be behind. */
function offset(at, start) {
  return at === 0 ? "" : `, ${at < start ? "" : "+"}${duration(at - start)}`;
}

function table(caption, values) {
  return el("table", { className: "facts-table" }, caption ? el("caption", {}, caption) : null,
    el("tbody", {}, ...Object.entries(values).map(([name, value]) =>
      el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, valueText(value))))));
}
