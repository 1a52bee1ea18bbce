package io.redistributed.export.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.redistributed.export.collector.ProtoWriter;
import io.redistributed.export.store.SdkSpans;
import io.redistributed.export.store.SpanAttributes;
import java.nio.ByteBuffer;

/**
 * Writes parts of an {@code ExportTraceServiceRequest}, whose fields are those of <a
 * href="https://github.com/open-telemetry/opentelemetry-proto/blob/v1.3.2/opentelemetry/proto/trace/v1/trace.proto">trace.proto</a>.
 */
final class OtlpWriter {

    private static final int BYTES_PER_ATTRIBUTE = 64;

    private final ProtoWriter out;
    private final AttributeCache cache;

    OtlpWriter(ProtoWriter out, AttributeCache cache) {
        this.out = out;
        this.cache = cache;
    }

    /** Writes the fields of {@code ResourceSpans} before its scopes. */
    void resource(Resource resource) {
        int described = out.begin(1);
        attributes(1, resource.getAttributes());
        out.end(described);
        text(3, resource.getSchemaUrl());
    }

    /** Writes the fields of {@code ScopeSpans} before its spans. */
    void scope(InstrumentationScopeInfo scope) {
        int described = out.begin(1);
        text(1, scope.getName());
        text(2, scope.getVersion());
        attributes(3, scope.getAttributes());
        out.end(described);
        text(3, scope.getSchemaUrl());
    }

    void span(SpanData data) {
        SpanContext parent = data.getParentSpanContext();
        int span = out.begin(2);
        context(data.getSpanContext());
        if (parent.isValid()) {
            out.bytes(4, parent.getSpanIdBytes());
        }
        out.string(5, data.getName());
        // The order of OpenTelemetry's enum, after an unspecified value.
        out.number(6, data.getKind().ordinal() + 1);
        out.fixed64(7, data.getStartEpochNanos());
        out.fixed64(8, data.getEndEpochNanos());
        Attributes attributes = data.getAttributes();
        attributes(9, attributes);
        number(10, data.getTotalAttributeCount() - attributes.size());
        data.getEvents().forEach(this::event);
        number(12, data.getTotalRecordedEvents() - data.getEvents().size());
        data.getLinks().forEach(this::link);
        number(14, data.getTotalRecordedLinks() - data.getLinks().size());
        status(data.getStatus());
        out.fixed32(16, SdkSpans.flags(data.getSpanContext(), parent));
        out.end(span);
    }

    private void event(EventData data) {
        int event = out.begin(11);
        out.fixed64(1, data.getEpochNanos());
        out.string(2, data.getName());
        attributes(3, data.getAttributes());
        number(4, data.getDroppedAttributesCount());
        out.end(event);
    }

    private void link(LinkData data) {
        int link = out.begin(13);
        context(data.getSpanContext());
        attributes(4, data.getAttributes());
        number(5, data.getTotalAttributeCount() - data.getAttributes().size());
        out.fixed32(6, SdkSpans.flags(data.getSpanContext(), data.getSpanContext()));
        out.end(link);
    }

    private void status(StatusData data) {
        int status = out.begin(15);
        text(2, data.getDescription());
        number(3, data.getStatusCode().ordinal());
        out.end(status);
    }

    private void context(SpanContext context) {
        out.bytes(1, context.getTraceIdBytes());
        out.bytes(2, context.getSpanIdBytes());
        text(3, SdkSpans.traceState(context));
    }

    private void attributes(int field, Attributes attributes) {
        attributes.forEach((key, value) -> {
            if (AttributeCache.keeps(value)) {
                out.bytes(field, cache.get(key, value, () -> encoded(key.getKey(), value)));
            } else {
                entry(field, key.getKey(), value);
            }
        });
    }

    private byte[] encoded(String key, Object value) {
        OtlpWriter alone = new OtlpWriter(new ProtoWriter(BYTES_PER_ATTRIBUTE), cache);
        alone.entry(key, value);
        return alone.out.toBytes();
    }

    private void entry(int field, String key, Object value) {
        int entry = out.begin(field);
        entry(key, value);
        out.end(entry);
    }

    private void entry(String key, Object value) {
        out.string(1, key);
        value(2, value);
    }

    private void value(int field, Object value) {
        int any = out.begin(field);
        if (value instanceof String text) {
            out.string(1, text);
        } else if (value instanceof Long number) {
            out.number(3, number);
        } else {
            value(SdkSpans.value(value));
        }
        out.end(any);
    }

    private void value(Value<?> value) {
        switch (value.getType()) {
            case STRING -> out.string(1, (String) value.getValue());
            case BOOLEAN -> out.bool(2, (Boolean) value.getValue());
            case LONG -> out.number(3, (Long) value.getValue());
            case DOUBLE -> out.real(4, (Double) value.getValue());
            case ARRAY -> {
                int list = out.begin(5);
                SpanAttributes.list(value).forEach(element -> value(1, element));
                out.end(list);
            }
            case KEY_VALUE_LIST -> {
                int map = out.begin(6);
                SpanAttributes.list(value).stream()
                        .map(KeyValue.class::cast)
                        .forEach(entry -> entry(1, entry.getKey(), entry.getValue()));
                out.end(map);
            }
            case BYTES -> out.bytes(7, (ByteBuffer) value.getValue());
            case EMPTY -> {}
        }
    }

    private void text(int field, String text) {
        if (text != null && !text.isEmpty()) {
            out.string(field, text);
        }
    }

    private void number(int field, int number) {
        if (number != 0) {
            out.number(field, number);
        }
    }
}
