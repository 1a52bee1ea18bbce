package io.redistributed.export.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.redistributed.export.store.SpanAttributes;
import io.redistributed.export.store.StoredSpan;
import io.redistributed.export.store.Trace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes traces as {@code TracesData} of OTLP in JSON, as Jaeger's {@code /api/v3} returns them, within {@code {"result": …}}, and as files hold them. Fields with their default value are omitted.
 */
public final class OtlpTraces {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator json;

    private OtlpTraces(JsonGenerator json) {
        this.json = json;
    }

    private interface Part {

        void write(OtlpTraces out) throws IOException;
    }

    /** Returns UTF-8. Takes time proportional to the number of spans. */
    public static byte[] json(List<Trace> traces) {
        return write(out -> {
            out.json.writeStartObject();
            out.json.writeFieldName("result");
            out.tracesData(traces.stream().map(Trace::spans).toList());
            out.json.writeEndObject();
        });
    }

    /** Returns the spans of a trace as a {@code TracesData} in one line, without a line end, as in files of OTLP. */
    public static byte[] data(List<StoredSpan> spans) {
        return write(out -> out.tracesData(List.of(spans)));
    }

    private static byte[] write(Part part) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16_384);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            part.write(new OtlpTraces(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void tracesData(List<List<StoredSpan>> traces) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("resourceSpans");
        for (List<StoredSpan> trace : traces) {
            Map<StoredSpan.Origin, List<StoredSpan>> byOrigin = new IdentityHashMap<>();
            trace.forEach(span -> byOrigin.computeIfAbsent(span.origin(), origin -> new ArrayList<>())
                    .add(span));
            for (Map.Entry<StoredSpan.Origin, List<StoredSpan>> entry : byOrigin.entrySet()) {
                resourceSpans(entry.getKey(), entry.getValue());
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void resourceSpans(StoredSpan.Origin origin, List<StoredSpan> spans) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("resource");
        attributes(origin.resource());
        number("droppedAttributesCount", origin.droppedResource());
        json.writeEndObject();
        json.writeArrayFieldStart("scopeSpans");
        json.writeStartObject();
        json.writeObjectFieldStart("scope");
        text("name", origin.scopeName());
        text("version", origin.scopeVersion());
        attributes(origin.scopeAttributes());
        number("droppedAttributesCount", origin.droppedScope());
        json.writeEndObject();
        json.writeArrayFieldStart("spans");
        for (StoredSpan span : spans) {
            span(span);
        }
        json.writeEndArray();
        text("schemaUrl", origin.scopeSchemaUrl());
        json.writeEndObject();
        json.writeEndArray();
        text("schemaUrl", origin.resourceSchemaUrl());
        json.writeEndObject();
    }

    private void span(StoredSpan span) throws IOException {
        json.writeStartObject();
        text("traceId", span.traceId());
        text("spanId", span.spanId());
        text("traceState", span.traceState());
        if (span.parentSpanId() != null) {
            text("parentSpanId", span.parentSpanId());
        }
        number("flags", span.flags());
        text("name", span.name());
        // OTLP has the order of the API's enum, after UNSPECIFIED.
        number("kind", span.kind() == null ? 0 : span.kind().ordinal() + 1);
        text("startTimeUnixNano", String.valueOf(span.startNanos()));
        text("endTimeUnixNano", String.valueOf(span.endNanos()));
        attributes(span.attributes());
        number("droppedAttributesCount", span.dropped().attributes());
        events(span.events());
        number("droppedEventsCount", span.dropped().events());
        links(span.links());
        number("droppedLinksCount", span.dropped().links());
        json.writeObjectFieldStart("status");
        text("message", span.statusMessage());
        number("code", span.status().ordinal());
        json.writeEndObject();
        json.writeEndObject();
    }

    private void events(List<StoredSpan.Event> events) throws IOException {
        if (events.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("events");
        for (StoredSpan.Event event : events) {
            json.writeStartObject();
            text("timeUnixNano", Long.toUnsignedString(event.epochNanos()));
            text("name", event.name());
            attributes(event.attributes());
            number("droppedAttributesCount", event.droppedAttributes());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void links(List<StoredSpan.Link> links) throws IOException {
        if (links.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("links");
        for (StoredSpan.Link link : links) {
            json.writeStartObject();
            text("traceId", link.traceId());
            text("spanId", link.spanId());
            text("traceState", link.traceState());
            attributes(link.attributes());
            number("droppedAttributesCount", link.droppedAttributes());
            number("flags", link.flags());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void attributes(List<KeyValue> attributes) throws IOException {
        if (!attributes.isEmpty()) {
            json.writeFieldName("attributes");
            entries(attributes);
        }
    }

    private void entries(List<?> entries) throws IOException {
        json.writeStartArray();
        for (Object element : entries) {
            KeyValue entry = (KeyValue) element;
            json.writeStartObject();
            json.writeStringField("key", entry.getKey());
            json.writeFieldName("value");
            value(entry.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void value(Value<?> value) throws IOException {
        json.writeStartObject();
        switch (value.getType()) {
            case STRING -> json.writeStringField("stringValue", (String) value.getValue());
            case BOOLEAN -> json.writeBooleanField("boolValue", (Boolean) value.getValue());
            case LONG -> json.writeStringField("intValue", value.getValue().toString());
            // ProtoJSON writes values without a JSON number as text.
            case DOUBLE -> json.writeNumberField("doubleValue", (Double) value.getValue());
            case BYTES -> json.writeStringField("bytesValue", SpanAttributes.base64(value));
            case ARRAY -> {
                json.writeObjectFieldStart("arrayValue");
                if (!SpanAttributes.list(value).isEmpty()) {
                    json.writeArrayFieldStart("values");
                    for (Object element : SpanAttributes.list(value)) {
                        value((Value<?>) element);
                    }
                    json.writeEndArray();
                }
                json.writeEndObject();
            }
            case KEY_VALUE_LIST -> {
                json.writeObjectFieldStart("kvlistValue");
                if (!SpanAttributes.list(value).isEmpty()) {
                    json.writeFieldName("values");
                    entries(SpanAttributes.list(value));
                }
                json.writeEndObject();
            }
            case EMPTY -> {}
        }
        json.writeEndObject();
    }

    private void text(String key, String text) throws IOException {
        if (!text.isEmpty()) {
            json.writeStringField(key, text);
        }
    }

    private void number(String key, int number) throws IOException {
        if (number != 0) {
            json.writeNumberField(key, Integer.toUnsignedLong(number));
        }
    }
}
