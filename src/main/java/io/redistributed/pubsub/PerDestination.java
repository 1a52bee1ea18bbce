package io.redistributed.pubsub;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Caches values by destination. Cleared when it exceeds {@value #MAX_KEPT} destinations. Names of more than {@value #MAX_CHARACTERS}
 * characters are not kept. Safe to use from any thread.
 */
final class PerDestination<T> {

    private static final int MAX_KEPT = 1_000;
    private static final int MAX_CHARACTERS = 256;

    private final Function<String, T> maker;
    private final Map<String, T> kept = new ConcurrentHashMap<>();

    PerDestination(Function<String, T> maker) {
        this.maker = maker;
    }

    T of(String destination) {
        T known = kept.get(destination);
        return known == null ? make(destination) : known;
    }

    private T make(String destination) {
        T made = maker.apply(destination);
        if (destination.length() > MAX_CHARACTERS) {
            return made;
        }
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        kept.put(destination, made);
        return made;
    }
}
