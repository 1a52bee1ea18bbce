import assert from "node:assert/strict";
import { test } from "node:test";
import { toOtlp } from "../../main/resources/io/redistributed/api/page/import.js";

/** Returns the OTLP span of a Jaeger span with these tags, `[key, type, value]`. */
function opened(...tags) {
  const { body } = toOtlp({ data: [{
    spans: [{
      traceID: "a1", spanID: "b2", processID: "p1", operationName: "GET /", startTime: 1, duration: 2,
      tags: tags.map(([key, type, value]) => ({ key, type, value })),
    }],
    processes: { p1: { serviceName: "shop" } },
  }] });
  return body.resourceSpans[0].scopeSpans[0].spans[0];
}

test("tags of the status and the kind become fields", () => {
  for (const [type, value] of [["bool", true], ["string", "true"]]) {
    const span = opened(["error", type, value], ["otel.status_description", "string", "no memory"]);
    assert.deepEqual([span.status, span.attributes], [{ code: 2, message: "no memory" }, []]);
  }
  assert.deepEqual(opened(["error", "bool", true], ["otel.status_code", "string", "ERROR"]).attributes, []);
  assert.deepEqual(opened(["otel.status_code", "string", "ERROR"]).status, { code: 2, message: "" });
  for (const [value, code] of [["OK", 1], ["UNSET", 0]]) {
    const span = opened(["otel.status_code", "string", value], ["span.kind", "string", "server"]);
    assert.deepEqual([span.status, span.kind, span.attributes], [{ code }, 2, []]);
  }
});

test("tags without a meaning in OTLP stay attributes", () => {
  const tags = [["error", "string", "timeout"], ["otel.status_code", "string", "BAD"], ["span.kind", "string", "constructor"],
    ["otel.status_description", "string", "late"]];
  const span = opened(...tags);
  assert.deepEqual([span.status, span.kind], [{ code: 0 }, 1]);
  assert.deepEqual(span.attributes.map(({ key, value }) => [key, "string", value.stringValue]), tags);
  assert.deepEqual(opened(["error", "bool", false]).attributes, [{ key: "error", value: { boolValue: false } }]);
});
