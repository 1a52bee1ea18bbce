package io.redistributed.pubsub.redisson;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.Stream;

/**
 * The traced listeners of a program's listeners within one client, for any topic object of their channels. A listener
 * that is added again has the same traced listener: Redisson knows how often it was added, and removes one registration at a time.
 * Weak, as Redisson keeps those in use.
 */
final class KnownListeners {

    private final Map<Object, List<Known>> known = new WeakHashMap<>();

    /**
     * A channel or pattern.
     *
     * @param topicType type of its topics: a topic, a sharded topic and a pattern topic of one name are different
     */
    record Channel(Class<?> topicType, String name) {}

    private record Known(Channel channel, WeakReference<ListenerDecorator> traced) {}

    /** Returns the one to add: an equal one that is known, or this one. Message type and codec are part of both. */
    synchronized ListenerDecorator register(Channel channel, ListenerDecorator traced) {
        List<Known> all = known.computeIfAbsent(traced.listener(), added -> new ArrayList<>());
        all.removeIf(each -> each.traced().get() == null);
        return find(all, channel, traced.listener())
                .filter(traced::equals)
                .findFirst()
                .orElseGet(() -> {
                    all.add(new Known(channel, new WeakReference<>(traced)));
                    return traced;
                });
    }

    /** Returns those of a listener, which may have been removed since; one for each message type and codec. */
    synchronized List<ListenerDecorator> of(Channel channel, EventListener listener) {
        return find(known.getOrDefault(listener, List.of()), channel, listener).toList();
    }

    /** Redisson tells listeners apart that are equal. */
    private static Stream<ListenerDecorator> find(List<Known> all, Channel channel, EventListener listener) {
        return all.stream()
                .filter(each -> each.channel().equals(channel))
                .map(each -> each.traced().get())
                .filter(traced -> traced != null && traced.listener() == listener);
    }
}
