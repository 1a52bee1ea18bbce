package io.redistributed.pubsub;

import java.util.function.Function;

/**
 * Makes what is the same for all messages of one destination, and keeps it until another is asked for: most publishers and
 * subscribers have one. Safe to use from any thread.
 */
final class PerDestination<T> {

    private final Function<String, T> maker;
    private volatile Made<T> latest;

    PerDestination(Function<String, T> maker) {
        this.maker = maker;
    }

    private record Made<T>(String destination, T value) {}

    T of(String destination) {
        Made<T> made = latest;
        if (made == null || !made.destination().equals(destination)) {
            made = new Made<>(destination, maker.apply(destination));
            latest = made;
        }
        return made.value();
    }
}
