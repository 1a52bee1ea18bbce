package io.redistributed.javaagent;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Channels that are named after sessions or users must not make span names and metric series without bound. */
final class BoundedNames implements UnaryOperator<String> {

    private static final int MAX_NAMES = 1_000;
    private static final String OTHER = "(other)";

    private final Set<String> names = ConcurrentHashMap.newKeySet();

    @Override
    public String apply(String channel) {
        if (names.contains(channel)) {
            return channel;
        }
        if (names.size() >= MAX_NAMES) {
            return OTHER;
        }
        names.add(channel);
        return channel;
    }
}
