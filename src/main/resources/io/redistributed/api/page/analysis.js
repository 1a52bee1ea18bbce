// What a trace spent its time on. Works on the layout of trace.js and does not use the DOM. Times are in microseconds.

import { valueText } from "./format.js";

/** A child that starts earlier than this before its parent means that their clocks differ. */
const SKEW_MICROS = 1000;

/** Names of the waits between spans. */
export const BETWEEN = "between publish and process";
export const RETRY = "between attempts";
export const NO_SPAN = "no span";

/** Returns the part of a span's time that none of its children covers. */
export function selfTime(row) {
  let covered = 0;
  let at = row.begin;
  for (const child of row.children) {
    const from = Math.max(at, child.begin);
    const to = Math.min(row.end, child.end);
    if (to > from) {
      covered += to - from;
      at = to;
    }
  }
  return row.end - row.begin - covered;
}

/**
 * Returns the critical path as segments `{ row, from, to, what }` in order of time, without gaps: shortening a segment
 * shortens the trace. `what` is its category. For a wait between spans `row` is null, and `next` the row that follows.
 *
 * From the end of the trace backwards, the path follows the child that ended last. A child may outlive its parent, as a
 * message's processing does.
 */
export function criticalPath({ rows, roots, length }) {
  const reach = new Map();
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i];
    reach.set(row, row.children.reduce((last, child) => Math.max(last, reach.get(child) ?? child.end), row.end));
  }
  const segments = [];
  const whole = { begin: 0, end: 0, children: roots, span: null };
  const stack = [{ row: whole, floor: 0, at: length, later: null, left: byReach(roots, reach) }];
  while (stack.length > 0) {
    const frame = stack[stack.length - 1];
    const { row } = frame;
    // A child that starts before its parent, by another clock, counts from the parent's start.
    const floor = Math.max(row.begin, frame.floor);
    let child = frame.left.pop();
    while (child && child.begin >= frame.at) {
      child = frame.left.pop();
    }
    if (!child) {
      spend(segments, row, Math.min(floor, frame.at), frame.at, frame.later);
      stack.pop();
      continue;
    }
    const until = Math.min(reach.get(child), frame.at);
    if (until <= floor && row.span) {
      continue;
    }
    spend(segments, row, until, frame.at, frame.later);
    frame.at = Math.max(child.begin, floor);
    frame.later = child;
    stack.push({ row: child, floor, at: until, later: null, left: byReach(child.children, reach) });
  }
  return segments.reverse();
}

/** Returns the rows so that the one which ends last is the last. */
function byReach(rows, reach) {
  return [...rows].sort((a, b) => reach.get(a) - reach.get(b));
}

/** Adds the time from `from` to `to`: of the row, and after its end a wait for the row that follows. */
function spend(segments, row, from, to, later) {
  const end = row.span ? Math.max(from, Math.min(to, row.end)) : from;
  if (to > end) {
    segments.push({ row: null, from: end, to, what: waitBefore(later), next: later });
  }
  if (end > from) {
    segments.push({ row, from, to: end, what: category(row.span) });
  }
}

function waitBefore(later) {
  if (later?.span.kind !== "CONSUMER") {
    return NO_SPAN;
  }
  return (later.span.attributes["redistributed.attempt"] ?? 1) > 1 ? RETRY : BETWEEN;
}

/** Returns what a span's own time is spent on. */
function category({ kind, name, service, attributes }) {
  const has = key => attributes[key] !== undefined;
  if (has("db.system.name") || has("db.system")) {
    const script = attributes["db.stored_procedure.name"];
    return script === "finish" ? "finish" : valueText(attributes["db.system.name"] ?? attributes["db.system"]);
  }
  if (kind === "PRODUCER") {
    return "publish";
  }
  if (kind === "CONSUMER") {
    return "process";
  }
  if (name.startsWith("generate ")) {
    return "generator";
  }
  return has("http.request.method") || has("http.method") ? "HTTP" : service;
}

/** Returns `[{ what, micros, share }]` of the critical path, the largest first. */
export function totals(segments) {
  const sums = new Map();
  let all = 0;
  for (const { what, from, to } of segments) {
    sums.set(what, (sums.get(what) ?? 0) + to - from);
    all += to - from;
  }
  return [...sums].map(([what, micros]) => ({ what, micros, share: all === 0 ? 0 : micros / all }))
    .sort((a, b) => b.micros - a.micros);
}

/** Returns the rows that start before their parent by more than clocks of one host differ, with the difference. */
export function skewed(rows) {
  return rows.filter(row => row.parent && row.parent.begin - row.begin > SKEW_MICROS)
    .map(row => ({ row, micros: row.parent.begin - row.begin }));
}

/**
 * Returns the Pub/Sub hops: `{ producer, consumers, receivers, from, to }`, with the first start of a consumer as `to`. A later
 * attempt is not of this message.
 */
export function hops(rows) {
  return rows.filter(row => row.span.kind === "PRODUCER").map(producer => {
    const consumers = producer.children.filter(({ span }) =>
      span.kind === "CONSUMER" && (span.attributes["redistributed.attempt"] ?? 1) === 1);
    return {
      producer, consumers, from: producer.begin,
      to: consumers.reduce((first, row) => Math.min(first, row.begin), Infinity),
      receivers: producer.span.attributes["redistributed.receivers"],
    };
  }).filter(hop => hop.consumers.length > 0 || hop.receivers !== undefined);
}

/** Returns the rows whose name, service or attributes have the text, ignoring case. */
export function find(rows, text) {
  const wanted = text.toLowerCase();
  const has = value => String(value).toLowerCase().includes(wanted);
  return rows.filter(({ span }) => has(span.name) || has(span.service) || has(span.spanId)
    || Object.entries(span.attributes).some(([key, value]) => has(`${key}=${valueText(value)}`)));
}

/**
 * Compares two traces by path of services and names. Returns `[{ name, service, depth, a, b }]` in order of display,
 * where `a` and `b` are `{ count, micros, self }` or null if the trace has no such span.
 */
export function compare(one, other) {
  const top = { children: new Map() };
  for (const [side, layout] of [["a", one], ["b", other]]) {
    const nodeOf = new Map();
    for (const row of layout.rows) {
      const { name, service } = row.span;
      const parent = nodeOf.get(row.parent) ?? top;
      const key = `${service}\n${name}`;
      if (!parent.children.has(key)) {
        parent.children.set(key, { name, service, depth: row.depth, a: null, b: null, children: new Map() });
      }
      const node = parent.children.get(key);
      nodeOf.set(row, node);
      node[side] ??= { count: 0, micros: 0, self: 0 };
      node[side].count++;
      node[side].micros += row.end - row.begin;
      node[side].self += selfTime(row);
    }
  }
  const ordered = [];
  const next = [...top.children.values()].reverse();
  while (next.length > 0) {
    const { name, service, depth, a, b, children } = next.pop();
    ordered.push({ name, service, depth, a, b });
    next.push(...[...children.values()].reverse());
  }
  return ordered;
}
