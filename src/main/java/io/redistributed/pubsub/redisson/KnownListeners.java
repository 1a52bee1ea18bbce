package io.redistributed.pubsub.redisson;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;

/**
 * Finds the traced listeners of a program's listener, to remove them by any topic object of the channel. Weak, as
 * listeners may also be removed by their number: Redisson keeps those in use.
 */
final class KnownListeners {

    private final Map<Object, List<WeakReference<EventListener>>> known = new WeakHashMap<>();

    synchronized void put(Object listener, EventListener traced) {
        List<WeakReference<EventListener>> all = known.computeIfAbsent(listener, added -> new ArrayList<>());
        all.removeIf(each -> each.get() == null);
        all.add(new WeakReference<>(traced));
    }

    synchronized List<EventListener> remove(Object listener) {
        List<WeakReference<EventListener>> all = known.remove(listener);
        return all == null
                ? List.of()
                : all.stream().map(WeakReference::get).filter(Objects::nonNull).toList();
    }
}
