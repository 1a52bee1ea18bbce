// Reads files of traces. Does not use the DOM.

const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
const ERROR = 2;
/** Tags that are not attributes in OTLP. */
const STATUS = ["span.kind", "error", "otel.status_code", "otel.status_description"];

/**
 * Returns `{ body, traceId }`: OTLP/JSON of the spans, and the id of the first trace. Takes OTLP JSON, plain or as
 * Jaeger's API v3 answers it, and the JSON that Jaeger's page downloads.
 *
 * @throws Error if it is neither
 */
export function toOtlp(json) {
  const otlp = json.resourceSpans ? json : json.result;
  if (Array.isArray(otlp?.resourceSpans)) {
    const first = otlp.resourceSpans.flatMap(({ scopeSpans = [] }) => scopeSpans).flatMap(({ spans = [] }) => spans)[0];
    return { body: otlp, traceId: traceIdOf(first?.traceId) };
  }
  const traces = Array.isArray(json.data) ? json.data : json.spans ? [json] : [];
  const first = traces[0]?.spans?.[0];
  return { body: { resourceSpans: traces.flatMap(resourceSpans) }, traceId: traceIdOf(first?.traceID) };
}

function traceIdOf(id) {
  if (typeof id !== "string") {
    throw new Error("there are no spans in it (OTLP JSON and Jaeger JSON can be opened)");
  }
  return id.padStart(32, "0").toLowerCase();
}

/** Jaeger's resources are processes; its spans refer to them by id. */
function resourceSpans({ spans, processes }) {
  const byProcess = Map.groupBy(spans, span => span.processID);
  return [...byProcess].map(([id, own]) => ({
    resource: { attributes: attributes([{ key: "service.name", type: "string", value: processes[id]?.serviceName ?? "unknown" },
      ...(processes[id]?.tags ?? [])]) },
    scopeSpans: [{ spans: own.map(span) }],
  }));
}

function span(jaeger) {
  const tags = new Map((jaeger.tags ?? []).map(tag => [tag.key, tag]));
  const isError = tags.get("error")?.value === true || tags.get("otel.status_code")?.value === "ERROR";
  const references = jaeger.references ?? [];
  const parent = references.find(({ refType, traceID }) => refType === "CHILD_OF" && traceID === jaeger.traceID)
    ?? references.find(({ traceID }) => traceID === jaeger.traceID);
  return {
    traceId: traceIdOf(jaeger.traceID),
    spanId: jaeger.spanID.padStart(16, "0"),
    parentSpanId: parent ? parent.spanID.padStart(16, "0") : "",
    name: jaeger.operationName,
    kind: KINDS[tags.get("span.kind")?.value] ?? KINDS.internal,
    startTimeUnixNano: nanos(jaeger.startTime),
    endTimeUnixNano: nanos(jaeger.startTime + jaeger.duration),
    attributes: attributes([...tags.values()].filter(({ key }) => !STATUS.includes(key))),
    status: isError ? { code: ERROR, message: String(tags.get("otel.status_description")?.value ?? "") } : {},
    events: (jaeger.logs ?? []).map(({ timestamp, fields }) => ({
      timeUnixNano: nanos(timestamp),
      name: String(fields.find(({ key }) => key === "event")?.value ?? "log"),
      attributes: attributes(fields.filter(({ key }) => key !== "event")),
    })),
    links: references.filter(reference => reference !== parent)
      .map(({ traceID, spanID }) => ({ traceId: traceIdOf(traceID), spanId: spanID.padStart(16, "0") })),
  };
}

function nanos(micros) {
  return String(BigInt(micros) * 1000n);
}

function attributes(tags) {
  return tags.map(({ key, type, value }) => ({ key, value: valueOf(type, value) }));
}

function valueOf(type, value) {
  switch (type) {
    case "bool":
      return { boolValue: value };
    case "int64":
      return { intValue: String(value) };
    case "float64":
      return { doubleValue: value };
    default:
      return { stringValue: String(value) };
  }
}
