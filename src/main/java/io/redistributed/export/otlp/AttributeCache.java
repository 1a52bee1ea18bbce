package io.redistributed.export.otlp;

import io.opentelemetry.api.common.AttributeKey;
import java.util.function.Supplier;

/**
 * Keeps the encoded form of attributes, because most attributes of a span have the same key and value in the next one. A
 * new attribute replaces the one in its slot, so that the cache stays small. Used on one thread.
 */
final class AttributeCache {

    private static final int SLOTS = 1_024;

    /** Limit in characters; longer values, such as ids, are seldom repeated. */
    private static final int LONGEST = 32;

    private final Entry[] entries = new Entry[SLOTS];

    private record Entry(AttributeKey<?> key, Object value, byte[] encoded) {}

    /** Returns whether attributes with the value are kept. */
    static boolean keeps(Object value) {
        return value instanceof Long || value instanceof String text && text.length() <= LONGEST;
    }

    /** Returns the encoded form of an attribute whose value it {@link #keeps}, from {@code encode} if it is new. */
    byte[] get(AttributeKey<?> key, Object value, Supplier<byte[]> encode) {
        // Most keys are constants. Equal ones of several classes would take turns in a slot, and each time be compared
        // as text.
        int slot = (System.identityHashCode(key) * 31 + value.hashCode()) & SLOTS - 1;
        Entry entry = entries[slot];
        if (entry == null || entry.key != key || !entry.value.equals(value)) {
            entry = new Entry(key, value, encode.get());
            entries[slot] = entry;
        }
        return entry.encoded;
    }
}
