import assert from "node:assert/strict";
import { test } from "node:test";
import { BETWEEN, NO_SPAN, RETRY, compare, criticalPath, find, hops, selfTime, skewed, totals }
  from "../../main/resources/io/redistributed/api/page/analysis.js";
import { layOut } from "../../main/resources/io/redistributed/api/page/trace.js";

const START = Date.parse("2026-11-28T10:00:00Z");

/** A span from `from` to `to`, in ms since the start of the trace. */
function span(spanId, parentSpanId, from, to, more = {}) {
  return {
    spanId, parentSpanId, startTime: new Date(START + from).toISOString(), durationMicros: (to - from) * 1000, name: spanId,
    kind: "INTERNAL", service: "api", attributes: {}, events: [], links: [], ...more,
  };
}

function layout(...spans) {
  return layOut({ spans }, null, 0);
}

function path(...spans) {
  return criticalPath(layout(...spans)).map(({ row, from, to, what }) => [row?.span.spanId ?? what, from / 1000, to / 1000]);
}

test("the critical path follows the child that ends last", () => {
  assert.deepEqual(
    path(span("root", null, 0, 100), span("short", "root", 10, 40), span("long", "root", 10, 80), span("last", "root", 85, 95)),
    [["root", 0, 10], ["long", 10, 80], ["root", 80, 85], ["last", 85, 95], ["root", 95, 100]]);
});

test("a message is waited for after its publisher has ended, and its processing outlives the request", () => {
  assert.deepEqual(
    path(span("POST", null, 0, 10, { kind: "SERVER" }), span("publish", "POST", 4, 6, { kind: "PRODUCER" }),
      span("process", "publish", 20, 50, { kind: "CONSUMER" })),
    [["POST", 0, 4], ["publish", 4, 6], [BETWEEN, 6, 20], ["process", 20, 50]]);
});

test("the pause between attempts is named", () => {
  const attempt = number => ({ kind: "CONSUMER", attributes: { "redistributed.attempt": number } });
  assert.deepEqual(
    path(span("publish", null, 0, 2, { kind: "PRODUCER" }), span("first", "publish", 3, 10, attempt(1)),
      span("second", "publish", 30, 40, attempt(2))),
    [["publish", 0, 2], [BETWEEN, 2, 3], ["first", 3, 10], [RETRY, 10, 30], ["second", 30, 40]]);
});

test("the path covers the whole trace once, whatever the clocks say", () => {
  let seed = 7;
  const random = below => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor(seed / 2 ** 32 * below);
  };
  for (let round = 0; round < 200; round++) {
    const spans = [];
    for (let i = 0; i < 30; i++) {
      const from = random(1000);
      spans.push(span(`s${i}`, i === 0 || random(8) === 0 ? null : `s${random(i)}`, from, from + random(300),
        { kind: ["SERVER", "CONSUMER", "PRODUCER", "INTERNAL"][random(4)] }));
    }
    const trace = layout(...spans);
    const segments = criticalPath(trace);
    assert.equal(segments.reduce((sum, { from, to }) => sum + to - from, 0), trace.length);
    segments.forEach(({ from }, i) => assert.equal(from, i === 0 ? 0 : segments[i - 1].to));
  }
});

test("10,000 spans in a chain are no problem", () => {
  const spans = [];
  for (let i = 0; i < 10_000; i++) {
    spans.push(span(`s${i}`, i === 0 ? null : `s${i - 1}`, i, 20_000 - i));
  }
  assert.equal(totals(criticalPath(layout(...spans)))[0].micros, 20_000_000);
});

test("the path is summed by what the time is spent on", () => {
  const db = { "db.system.name": "redis" };
  const trace = layout(span("POST", null, 0, 10, { kind: "SERVER", attributes: { "http.request.method": "POST" } }),
    span("EVALSHA", "POST", 2, 5, { kind: "CLIENT", attributes: db }),
    span("publish", "POST", 5, 6, { kind: "PRODUCER" }),
    span("process", "publish", 20, 100, { kind: "CONSUMER" }), span("generate summary", "process", 30, 90),
    span("finish", "process", 92, 100, { kind: "CLIENT", attributes: { ...db, "db.stored_procedure.name": "finish" } }));
  assert.deepEqual(totals(criticalPath(trace)).map(({ what, micros }) => [what, micros / 1000]),
    [["generator", 60], [BETWEEN, 14], ["process", 12], ["finish", 8], ["redis", 3], ["HTTP", 2], ["publish", 1]]);
});

test("time without any span is named", () => {
  assert.deepEqual(path(span("a", null, 0, 10), span("b", null, 30, 40)), [["a", 0, 10], [NO_SPAN, 10, 30], ["b", 30, 40]]);
});

test("self time is what no child covers", () => {
  const { byId } = layout(span("root", null, 0, 100), span("a", "root", 10, 40), span("b", "root", 30, 50), span("c", "root", 90, 200));
  assert.equal(selfTime(byId.get("root")), 50_000);
  assert.equal(selfTime(byId.get("a")), 30_000);
});

test("a child that starts before its parent tells that clocks differ", () => {
  const { rows } = layout(span("root", null, 50, 100), span("early", "root", 20, 60), span("fine", "root", 50, 60));
  assert.deepEqual(skewed(rows).map(({ row, micros }) => [row.span.spanId, micros]), [["early", 30_000]]);
});

test("hops have their receivers and the first processing", () => {
  const { rows } = layout(
    span("publish", null, 0, 2, { kind: "PRODUCER", attributes: { "redistributed.receivers": 2 } }),
    span("late", "publish", 9, 20, { kind: "CONSUMER" }), span("early", "publish", 5, 8, { kind: "CONSUMER" }));
  const [hop] = hops(rows);
  assert.deepEqual([hop.receivers, hop.consumers.length, hop.from, hop.to], [2, 2, 0, 5000]);
});

test("a later attempt does not count as the message's processing", () => {
  const { rows } = layout(
    span("publish", null, 0, 2, { kind: "PRODUCER", attributes: { "redistributed.receivers": 1 } }),
    span("second", "publish", 3000, 3010, { kind: "CONSUMER", attributes: { "redistributed.attempt": 2 } }));
  const [hop] = hops(rows);
  assert.deepEqual([hop.consumers.length, hop.to], [0, Infinity]);
});

test("spans are found by name, service and attributes", () => {
  const { rows } = layout(span("GET /orders", null, 0, 1), span("x", null, 0, 1, { service: "Worker" }),
    span("y", null, 0, 1, { attributes: { "error.type": "retryable" } }));
  const found = text => find(rows, text).map(row => row.span.spanId);
  assert.deepEqual(found("orders"), ["GET /orders"]);
  assert.deepEqual(found("worker"), ["x"]);
  assert.deepEqual(found("error.type=retry"), ["y"]);
  assert.deepEqual(found("nothing"), []);
  rows[1].span.attributes.order = { lines: ["a", 2] };
  assert.deepEqual(found('order={"lines":["a",2]}'), [rows[1].span.spanId]);
});

test("traces are compared by the paths of their spans", () => {
  const one = layout(span("root", null, 0, 100), span("a", "root", 10, 40), span("gone", "root", 50, 60));
  const other = layout(span("r", null, 0, 300, { name: "root" }), span("x", "r", 10, 140, { name: "a" }),
    span("y", "r", 150, 160, { name: "a" }), span("new", "r", 170, 180));
  assert.deepEqual(compare(one, other).map(({ name, depth, a, b }) => [name, depth, a && [a.count, a.micros], b && [b.count, b.micros]]), [
    ["root", 0, [1, 100_000], [1, 300_000]],
    ["a", 1, [1, 30_000], [2, 140_000]],
    ["gone", 1, [1, 10_000], null],
    ["new", 1, null, [1, 10_000]],
  ]);
});

test("a child that starts before its parent counts from the parent's start", () => {
  assert.deepEqual(path(span("root", null, 50, 100), span("early", "root", 20, 60)),
    [[NO_SPAN, 0, 30], ["early", 30, 40], ["root", 40, 80]]);
});
