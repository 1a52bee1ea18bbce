package io.redistributed.export.store;

import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The futures that wait for a trace to be whole. Guarded by the lock of the store. */
final class TraceWaiters {

    private static final int MAX = 10_000;

    private final Map<String, List<Promise<Optional<Trace>>>> waiting = new HashMap<>();
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == MAX;
    }

    void add(String traceId, Promise<Optional<Trace>> promise) {
        waiting.computeIfAbsent(traceId, id -> new ArrayList<>()).add(promise);
        count++;
    }

    void remove(String traceId, Promise<Optional<Trace>> promise) {
        List<Promise<Optional<Trace>>> promises = waiting.get(traceId);
        if (promises != null && promises.remove(promise)) {
            count--;
            if (promises.isEmpty()) {
                waiting.remove(traceId);
            }
        }
    }

    /** Removes the waiters of a trace and returns the action that completes them. Run it without the lock. */
    List<Runnable> take(StoredTrace trace) {
        List<Promise<Optional<Trace>>> promises = waiting.remove(trace.traceId());
        if (promises == null) {
            return List.of();
        }
        count -= promises.size();
        Optional<Trace> snapshot = Optional.of(trace.snapshot());
        return promises.stream()
                .map(promise -> (Runnable) () -> promise.tryComplete(snapshot))
                .toList();
    }
}
