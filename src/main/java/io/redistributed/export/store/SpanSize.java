package io.redistributed.export.store;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Estimates the heap of a finished span in bytes, including attribute names. The estimate is up to a third too high, because it counts two bytes per character.
 */
final class SpanSize {

    /** The overhead of a trace. */
    static final int TRACE = 600;

    private static final int SPAN = 450;
    private static final int PART = 100;
    private static final int ATTRIBUTE = 140;
    private static final int ELEMENT = 40;

    private SpanSize() {}

    /** Returns the size of a span without its origin. */
    static long of(StoredSpan span) {
        long bytes =
                SPAN + text(span.name()) + text(span.statusMessage()) + text(span.traceState()) + of(span.attributes());
        for (StoredSpan.Event event : span.events()) {
            bytes += PART + text(event.name()) + of(event.attributes());
        }
        for (StoredSpan.Link link : span.links()) {
            bytes += 2 * PART + text(link.traceState()) + of(link.attributes());
        }
        return bytes;
    }

    static long of(StoredSpan.Origin origin) {
        return PART
                + of(origin.resource())
                + of(origin.scopeAttributes())
                + text(origin.scopeName())
                + text(origin.scopeVersion())
                + text(origin.resourceSchemaUrl())
                + text(origin.scopeSchemaUrl());
    }

    private static long of(List<KeyValue> attributes) {
        long bytes = 0;
        for (KeyValue attribute : attributes) {
            bytes += ATTRIBUTE + text(attribute.getKey()) + value(attribute.getValue());
        }
        return bytes;
    }

    private static long value(Value<?> value) {
        return switch (value.getType()) {
            case STRING -> text((String) value.getValue());
            case BYTES -> ((ByteBuffer) value.getValue()).remaining();
            case ARRAY ->
                SpanAttributes.list(value).stream()
                        .mapToLong(element -> ELEMENT + value((Value<?>) element))
                        .sum();
            case KEY_VALUE_LIST ->
                of(SpanAttributes.list(value).stream().map(KeyValue.class::cast).toList());
            case BOOLEAN, LONG, DOUBLE, EMPTY -> 0;
        };
    }

    /** Two bytes a character is the worst case; most text takes one. */
    private static long text(String text) {
        return 2L * text.length();
    }
}
