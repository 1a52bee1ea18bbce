package io.redistributed.pubsub.redisson;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;

/**
 * Finds the traced listeners of a program's listener within one client, to remove them by any topic object of the
 * channel. Weak, as listeners may also be removed by their number: Redisson keeps those in use.
 */
final class KnownListeners {

    private final Map<Object, List<Known>> known = new WeakHashMap<>();

    /**
     * A channel or pattern.
     *
     * @param topicType type of its topics: a topic, a sharded topic and a pattern topic of one name are different
     */
    record Channel(Class<?> topicType, String name) {}

    private record Known(Channel channel, WeakReference<EventListener> traced) {}

    synchronized void put(Channel channel, Object listener, EventListener traced) {
        List<Known> all = known.computeIfAbsent(listener, added -> new ArrayList<>());
        all.removeIf(each -> each.traced().get() == null);
        all.add(new Known(channel, new WeakReference<>(traced)));
    }

    synchronized List<EventListener> remove(Channel channel, Object listener) {
        List<Known> all = known.get(listener);
        if (all == null) {
            return List.of();
        }
        List<Known> removed =
                all.stream().filter(each -> each.channel().equals(channel)).toList();
        all.removeAll(removed);
        return removed.stream()
                .map(each -> each.traced().get())
                .filter(Objects::nonNull)
                .toList();
    }
}
