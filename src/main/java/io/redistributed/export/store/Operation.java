package io.redistributed.export.store;

import java.util.Comparator;
import java.util.Locale;

/**
 * A name and kind of spans of a service. Sorted by name, then kind.
 *
 * @param spanKind {@code server}, {@code client}, {@code producer}, {@code consumer}, {@code internal}, or empty if the
 *     sender did not specify it
 */
public record Operation(String name, String spanKind) implements Comparable<Operation> {

    private static final Comparator<Operation> ORDER =
            Comparator.comparing(Operation::name).thenComparing(Operation::spanKind);

    public static Operation of(StoredSpan span) {
        return new Operation(span.name(), kind(span));
    }

    public static String kind(StoredSpan span) {
        return span.kind() == null ? "" : span.kind().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int compareTo(Operation other) {
        return ORDER.compare(this, other);
    }
}
