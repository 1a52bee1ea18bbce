package io.redistributed.export.store;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Estimates the heap of a finished span in bytes, including attribute names, or its size in a JSON response if that is larger. The estimate of heap is up to a
 * third too high, because it counts two bytes per character.
 */
final class SpanSize {

    /** The overhead of a trace. */
    static final int TRACE = 600;

    private static final int SPAN = 450;
    private static final int PART = 100;
    private static final int ATTRIBUTE = 140;
    private static final int ELEMENT = 40;

    /** The overheads above cover the escapes in shorter text. */
    private static final int SHORT = 16;

    private static final int ESCAPE = "\\u0001".length();

    private SpanSize() {}

    /** Returns the size of a span without its origin. */
    static long of(StoredSpan span) {
        long bytes = SPAN
                + perSpan(span.origin())
                + text(span.name())
                + text(span.statusMessage())
                + text(span.traceState())
                + of(span.attributes());
        for (StoredSpan.Event event : span.events()) {
            bytes += PART + text(event.name()) + of(event.attributes());
        }
        for (StoredSpan.Link link : span.links()) {
            bytes += 2 * PART + text(link.traceState()) + of(link.attributes());
        }
        return bytes;
    }

    /** Responses repeat these in every span. */
    private static long perSpan(StoredSpan.Origin origin) {
        return text(origin.service()) + text(origin.scopeName()) + text(origin.scopeVersion());
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
            // Base64
            case BYTES -> 2L * ((ByteBuffer) value.getValue()).remaining();
            case ARRAY ->
                SpanAttributes.list(value).stream()
                        .mapToLong(element -> ELEMENT + value((Value<?>) element))
                        .sum();
            case KEY_VALUE_LIST ->
                of(SpanAttributes.list(value).stream().map(KeyValue.class::cast).toList());
            case BOOLEAN, LONG, DOUBLE, EMPTY -> 0;
        };
    }

    /** Heap takes one or two bytes a character, UTF-8 up to three; Jackson escapes control characters and surrogates. */
    private static long text(String text) {
        long bytes = 2L * text.length();
        if (text.length() > SHORT) {
            for (int i = 0; i < text.length(); i++) {
                char character = text.charAt(i);
                if (character < ' ' || Character.isSurrogate(character)) {
                    bytes += ESCAPE - 2;
                } else if (character >= 0x800) {
                    bytes++;
                }
            }
        }
        return bytes;
    }
}
