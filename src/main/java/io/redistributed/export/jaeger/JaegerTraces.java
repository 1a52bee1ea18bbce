package io.redistributed.export.jaeger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.api.trace.StatusCode;
import io.redistributed.export.store.Operation;
import io.redistributed.export.store.SpanAttributes;
import io.redistributed.export.store.StoredSpan;
import io.redistributed.export.store.Trace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Writes traces in the JSON of Jaeger's {@code /api/traces}: spans with references, typed tags and logs, separate processes, times in microseconds. The mapping is <a
 * href="https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/pkg/translator/jaeger">the one of the
 * OpenTelemetry Collector</a>, which Jaeger uses. Tags are sorted by key, logs by time.
 */
public final class JaegerTraces {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;
    private static final String REFERENCE_TYPE = "opentracing.ref_type";

    private final JsonGenerator json;

    private JaegerTraces(JsonGenerator json) {
        this.json = json;
    }

    /**
     * Writes {@code {data, total, limit, offset, errors}} in UTF-8; total, limit and offset are 0, as in Jaeger.
     *
     * @param missing requested traces that are not in the response, each with the reason
     */
    public static byte[] json(List<Trace> traces, Map<String, String> missing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16_384);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            new JaegerTraces(json).envelope(traces, missing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void envelope(List<Trace> traces, Map<String, String> missing) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("data");
        for (Trace trace : traces) {
            trace(trace);
        }
        json.writeEndArray();
        json.writeNumberField("total", 0);
        json.writeNumberField("limit", 0);
        json.writeNumberField("offset", 0);
        if (missing.isEmpty()) {
            json.writeNullField("errors");
        } else {
            json.writeArrayFieldStart("errors");
            for (Map.Entry<String, String> trace : missing.entrySet()) {
                json.writeStartObject();
                json.writeStringField("msg", trace.getValue());
                json.writeStringField("traceID", trace.getKey());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void trace(Trace trace) throws IOException {
        Map<List<KeyValue>, String> processes = new LinkedHashMap<>();
        json.writeStartObject();
        json.writeStringField("traceID", trace.traceId());
        json.writeArrayFieldStart("spans");
        for (StoredSpan span : trace.spans()) {
            span(span, processes.computeIfAbsent(span.origin().resource(), first -> "p" + (processes.size() + 1)));
        }
        json.writeEndArray();
        json.writeObjectFieldStart("processes");
        for (Map.Entry<List<KeyValue>, String> process : processes.entrySet()) {
            json.writeObjectFieldStart(process.getValue());
            json.writeStringField("serviceName", SpanAttributes.service(process.getKey()));
            json.writeArrayFieldStart("tags");
            tags(process.getKey().stream()
                    .filter(attribute -> !attribute.getKey().equals(SpanAttributes.SERVICE_NAME))
                    .toList());
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndObject();
        if (trace.truncated() == 0) {
            json.writeNullField("warnings");
        } else {
            json.writeArrayFieldStart("warnings");
            json.writeString(trace.truncated() + " spans are missing: the store had no room for them");
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void span(StoredSpan span, String process) throws IOException {
        json.writeStartObject();
        json.writeStringField("traceID", span.traceId());
        json.writeStringField("spanID", span.spanId());
        if ((span.flags() & 1) != 0) {
            json.writeNumberField("flags", 1);
        }
        json.writeStringField("operationName", span.name());
        json.writeArrayFieldStart("references");
        references(span);
        json.writeEndArray();
        json.writeNumberField("startTime", TimeUnit.NANOSECONDS.toMicros(span.startNanos()));
        json.writeNumberField("duration", TimeUnit.NANOSECONDS.toMicros(span.durationNanos()));
        json.writeArrayFieldStart("tags");
        spanTags(span);
        json.writeEndArray();
        json.writeArrayFieldStart("logs");
        logs(span);
        json.writeEndArray();
        json.writeStringField("processID", process);
        json.writeNullField("warnings");
        json.writeEndObject();
    }

    /** Writes the parent first; a link to the parent only sets the type of that reference. */
    private void references(StoredSpan span) throws IOException {
        String parentType = "CHILD_OF";
        for (StoredSpan.Link link : span.links()) {
            parentType = isParent(span, link) ? type(link) : parentType;
        }
        if (span.parentSpanId() != null) {
            reference(parentType, span.traceId(), span.parentSpanId());
        }
        for (StoredSpan.Link link : span.links()) {
            if (!isParent(span, link)) {
                reference(type(link), link.traceId(), link.spanId());
            }
        }
    }

    private static boolean isParent(StoredSpan span, StoredSpan.Link link) {
        return link.spanId().equals(span.parentSpanId()) && link.traceId().equals(span.traceId());
    }

    private static String type(StoredSpan.Link link) {
        return link.attributes().stream()
                        .anyMatch(attribute -> attribute.getKey().equals(REFERENCE_TYPE)
                                && SpanAttributes.text(attribute.getValue()).equals("child_of"))
                ? "CHILD_OF"
                : "FOLLOWS_FROM";
    }

    private void reference(String type, String traceId, String spanId) throws IOException {
        json.writeStartObject();
        json.writeStringField("refType", type);
        json.writeStringField("traceID", traceId);
        json.writeStringField("spanID", spanId);
        json.writeEndObject();
    }

    private void spanTags(StoredSpan span) throws IOException {
        tagIfAny("otel.scope.name", span.origin().scopeName());
        tagIfAny("otel.scope.version", span.origin().scopeVersion());
        tags(span.attributes());
        tagIfAny("span.kind", Operation.kind(span));
        if (span.status() != StatusCode.UNSET) {
            tagIfAny("otel.status_code", span.status().name());
        }
        if (span.status() == StatusCode.ERROR) {
            tag("error", Value.of(true));
        }
        tagIfAny("otel.status_description", span.statusMessage());
        tagIfAny("w3c.tracestate", span.traceState());
    }

    private void logs(StoredSpan span) throws IOException {
        List<StoredSpan.Event> byTime = span.events().stream()
                .sorted((one, other) -> Long.compareUnsigned(one.epochNanos(), other.epochNanos()))
                .toList();
        for (StoredSpan.Event event : byTime) {
            json.writeStartObject();
            json.writeNumberField("timestamp", Long.divideUnsigned(event.epochNanos(), 1_000));
            json.writeArrayFieldStart("fields");
            boolean isNamed = event.attributes().stream()
                    .anyMatch(attribute -> attribute.getKey().equals("event"));
            tagIfAny("event", isNamed ? "" : event.name());
            tags(event.attributes());
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void tags(List<KeyValue> attributes) throws IOException {
        List<KeyValue> sorted = attributes.stream()
                .sorted(Comparator.comparing(KeyValue::getKey))
                .toList();
        for (KeyValue attribute : sorted) {
            tag(attribute.getKey(), attribute.getValue());
        }
    }

    private void tagIfAny(String key, String text) throws IOException {
        if (!text.isEmpty()) {
            tag(key, Value.of(text));
        }
    }

    /** Writes lists, maps, and integers that JavaScript would round as strings of JSON. */
    private void tag(String key, Value<?> value) throws IOException {
        json.writeStartObject();
        json.writeStringField("key", key);
        json.writeStringField("type", type(value.getType()));
        json.writeFieldName("value");
        if (value.getValue() instanceof Long number && number >= -MAX_SAFE_INTEGER && number <= MAX_SAFE_INTEGER) {
            json.writeNumber(number);
        } else if (value.getValue() instanceof Double number) {
            json.writeNumber(number);
        } else if (value.getValue() instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else {
            json.writeString(SpanAttributes.text(value));
        }
        json.writeEndObject();
    }

    private static String type(ValueType type) {
        return switch (type) {
            case BOOLEAN -> "bool";
            case LONG -> "int64";
            case DOUBLE -> "float64";
            case BYTES -> "binary";
            case STRING, ARRAY, KEY_VALUE_LIST, EMPTY -> "string";
        };
    }
}
