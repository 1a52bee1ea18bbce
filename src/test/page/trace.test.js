import assert from "node:assert/strict";
import { test } from "node:test";
import { layOut, micros, ticks } from "../../main/resources/io/redistributed/api/page/trace.js";

const START = Date.parse("2026-11-28T10:00:00Z");

/** Returns a span that begins some ms after the start of the trace. */
function span(spanId, parentSpanId, millis, durationMicros, more = {}) {
  return {
    spanId, parentSpanId, startTime: new Date(START + millis).toISOString(), durationMicros, name: spanId, kind: "INTERNAL",
    service: "api", attributes: {}, events: [], links: [], ...more,
  };
}

function attempt(number) {
  return { "redistributed.report.id": "r", "redistributed.attempt": number };
}

test("times have microseconds, whatever digits they come with", () => {
  assert.equal(micros("1970-01-01T00:00:01Z"), 1_000_000);
  assert.equal(micros("1970-01-01T00:00:00.5Z"), 500_000);
  assert.equal(micros("1970-01-01T00:00:00.000123Z"), 123);
  assert.equal(micros("1970-01-01T00:00:00.000123999Z"), 123);
});

test("parents come before their children, children by their start", () => {
  const { rows, length, services } = layOut({
    spans: [span("late", "root", 5, 1000), span("leaf", "early", 3, 1000, { service: "worker" }), span("early", "root", 2, 2000),
      span("root", null, 0, 9000)],
  }, null, 0);
  assert.deepEqual(rows.map(row => [row.span.spanId, row.depth, row.begin]),
    [["root", 0, 0], ["early", 1, 2000], ["leaf", 2, 3000], ["late", 1, 5000]]);
  assert.equal(length, 9000);
  assert.deepEqual(services, ["api", "worker"]);
});

test("a span without its parent is a root, and so is the first of a cycle of parents", () => {
  const { rows } = layOut({
    spans: [span("orphan", "not there", 0, 1), span("self", "self", 1, 1), span("a", "b", 2, 1), span("b", "a", 3, 1)],
  }, null, 0);
  assert.deepEqual(rows.map(row => [row.span.spanId, row.depth]), [["orphan", 0], ["self", 0], ["a", 0], ["b", 1]]);
});

test("between producer and consumer a message is queued", () => {
  const { rows } = layOut({
    spans: [span("publish", null, 0, 1000, { kind: "PRODUCER" }), span("process", "publish", 5, 1000, { kind: "CONSUMER" })],
  }, null, 0);
  assert.deepEqual(rows.map(row => row.gap), [null, { from: 1000, to: 5000, what: "queued" }]);
});

test("there is no gap if the consumer begins before its producer ends, or its parent is no producer", () => {
  const { rows } = layOut({
    spans: [span("publish", null, 0, 9000, { kind: "PRODUCER" }), span("process", "publish", 5, 1, { kind: "CONSUMER" }),
      span("server", null, 10, 1), span("other", "server", 20, 1, { kind: "CONSUMER" })],
  }, null, 0);
  assert.equal(rows.length, 4);
  assert.ok(rows.every(row => row.gap === null));
});

test("before another attempt there is a pause since the one that it links to", () => {
  const { rows } = layOut({
    spans: [span("publish", null, 0, 1000, { kind: "PRODUCER" }),
      span("first", "publish", 2, 1000, { kind: "CONSUMER", attributes: attempt(1) }),
      span("second", "publish", 8, 1000, { kind: "CONSUMER", attributes: attempt(2), links: [{ spanId: "first" }] })],
  }, null, 0);
  assert.deepEqual(rows.at(-1).gap, { from: 3000, to: 8000, what: "until attempt 2" });
});

test("an attempt that runs is a row up to now, below its producer", () => {
  const publish = span("publish", null, 0, 1000, { kind: "PRODUCER", attributes: { "redistributed.report.id": "r" } });
  const running = { id: "r", attempt: 1, started: new Date(START + 4).toISOString() };
  const { rows, length } = layOut({ spans: [publish] }, running, START + 10);
  assert.deepEqual(rows.map(({ span: { name }, depth, begin, end }) => [name, depth, begin, end]),
    [["publish", 0, 0, 1000], ["attempt 1", 1, 4000, 10_000]]);
  assert.equal(length, 10_000);
});

test("an attempt whose span is there, or that has not started, is no further row", () => {
  const ended = span("process", null, 0, 1000, { kind: "CONSUMER", attributes: attempt(1) });
  const started = new Date(START).toISOString();
  assert.equal(layOut({ spans: [ended] }, { id: "r", attempt: 1, started }, START + 5).rows.length, 1);
  assert.equal(layOut({ spans: [ended] }, { id: "r", attempt: 2 }, START + 5).rows.length, 1);
  assert.equal(layOut({ spans: [ended] }, { id: "r", attempt: 2, started }, START + 5).rows.length, 2);
});

test("a trace of one instant takes no time", () => {
  assert.equal(layOut({ spans: [span("root", null, 0, 0)] }, null, 0).length, 0);
});

test("ticks are at multiples of 1, 2, 5 or 10 of a power of ten, and from 10 s on at those of a clock", () => {
  const [minute, hour] = [60_000_000, 3_600_000_000];
  assert.deepEqual(ticks(0, minute), [0, 15, 30, 45, 60].map(second => second * 1_000_000));
  assert.deepEqual(ticks(0, 4 * hour), [0, 1, 2, 3, 4].map(at => at * hour));
  assert.deepEqual(ticks(0, 30 * hour), [0, 6, 12, 18, 24, 30].map(at => at * hour));
  assert.deepEqual(ticks(0, 400 * 24 * hour), [0, 100, 200, 300, 400].map(at => at * 24 * hour));
  assert.deepEqual(ticks(0, 10), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(130, 1130), [200, 400, 600, 800, 1000]);
  assert.deepEqual(ticks(0, 24_000), [0, 5000, 10_000, 15_000, 20_000]);
  assert.deepEqual(ticks(0, 1), [0, 1]);
});
