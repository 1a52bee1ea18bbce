// Reads files of traces. Does not use the DOM.

/** Tags that are fields in OTLP, with the values that have a meaning there. */
const KINDS = new Map([["internal", 1], ["server", 2], ["client", 3], ["producer", 4], ["consumer", 5]]);
const CODES = new Map([["UNSET", 0], ["OK", 1], ["ERROR", 2]]);
const ERRORS = new Map([["true", CODES.get("ERROR")]]);

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
  const byProcess = new Map(spans.map(({ processID }) => [processID, []]));
  spans.forEach(span => byProcess.get(span.processID).push(span));
  return [...byProcess].map(([id, own]) => ({
    resource: { attributes: attributes([{ key: "service.name", type: "string", value: processes[id]?.serviceName ?? "unknown" },
      ...(processes[id]?.tags ?? [])]) },
    scopeSpans: [{ spans: own.map(span) }],
  }));
}

function span(jaeger) {
  const tags = new Map((jaeger.tags ?? []).map(tag => [tag.key, tag]));
  const references = jaeger.references ?? [];
  const parent = references.find(({ refType, traceID }) => refType === "CHILD_OF" && traceID === jaeger.traceID)
    ?? references.find(({ traceID }) => traceID === jaeger.traceID);
  return {
    traceId: traceIdOf(jaeger.traceID),
    spanId: jaeger.spanID.padStart(16, "0"),
    parentSpanId: parent ? parent.spanID.padStart(16, "0") : "",
    name: jaeger.operationName,
    kind: take(tags, "span.kind", KINDS) ?? KINDS.get("internal"),
    status: status(tags),
    startTimeUnixNano: nanos(jaeger.startTime),
    endTimeUnixNano: nanos(jaeger.startTime, jaeger.duration),
    // Last, as the fields take their tags.
    attributes: attributes([...tags.values()]),
    events: (jaeger.logs ?? []).map(({ timestamp, fields }) => ({
      timeUnixNano: nanos(timestamp),
      name: String(fields.find(({ key }) => key === "event")?.value ?? "log"),
      attributes: attributes(fields.filter(({ key }) => key !== "event")),
    })),
    links: references.filter(reference => reference !== parent)
      .map(({ traceID, spanID }) => ({ traceId: traceIdOf(traceID), spanId: spanID.padStart(16, "0") })),
  };
}

function status(tags) {
  const code = take(tags, "otel.status_code", CODES);
  if ((take(tags, "error", ERRORS) ?? code) !== CODES.get("ERROR")) {
    return { code: code ?? CODES.get("UNSET") };
  }
  const description = tags.get("otel.status_description");
  tags.delete("otel.status_description");
  return { code: CODES.get("ERROR"), message: String(description?.value ?? "") };
}

/** Removes a tag whose value has a meaning, and returns the meaning; undefined if the tag stays or is not there. */
function take(tags, key, meanings) {
  const meaning = meanings.get(String(tags.get(key)?.value));
  if (meaning !== undefined) {
    tags.delete(key);
  }
  return meaning;
}

function nanos(micros, later = 0) {
  return String((BigInt(micros) + BigInt(later)) * 1000n);
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
