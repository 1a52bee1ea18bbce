package io.redistributed.export.store;

import java.util.Comparator;

/**
 * One service calls another, or itself.
 *
 * @param parent service of the parent span
 * @param child service of the span
 */
public record ServiceCall(String parent, String child) implements Comparable<ServiceCall> {

    private static final Comparator<ServiceCall> ORDER =
            Comparator.comparing(ServiceCall::parent).thenComparing(ServiceCall::child);

    @Override
    public int compareTo(ServiceCall other) {
        return ORDER.compare(this, other);
    }
}
