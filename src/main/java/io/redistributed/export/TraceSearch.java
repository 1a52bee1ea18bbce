package io.redistributed.export;

import io.opentelemetry.api.trace.SpanKind;
import java.util.EnumSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Looks at all spans of a store, giving its lock away in between. */
final class TraceSearch {

    /** About so many spans are looked at under one hold of the lock. */
    private static final int PORTION = 2_000;

    private final List<StoredTrace> traces;
    private final Object lock;

    /** @param lock that guards each of the traces */
    TraceSearch(List<StoredTrace> traces, Object lock) {
        this.traces = traces;
        this.lock = lock;
    }

    /** Those that a query fits, the one that started last first. */
    List<StoredTrace> latest(TraceQuery query) {
        // The start as it is now: spans that come in meanwhile may be earlier.
        PriorityQueue<Map.Entry<Long, StoredTrace>> latest = new PriorityQueue<>(Map.Entry.comparingByKey());
        visit(trace -> {
            if (trace.fits(query)) {
                latest.add(Map.entry(trace.startNanos(), trace));
                if (latest.size() > query.limit()) {
                    latest.poll();
                }
            }
        });
        LinkedList<StoredTrace> newestFirst = new LinkedList<>();
        while (!latest.isEmpty()) {
            newestFirst.addFirst(latest.poll().getValue());
        }
        return newestFirst;
    }

    Set<String> services() {
        Set<String> services = new TreeSet<>();
        visit(trace -> services.addAll(trace.services()));
        return services;
    }

    Map<String, Set<SpanKind>> operations(String service) {
        Map<String, Set<SpanKind>> operations = new TreeMap<>();
        visit(trace -> trace.spans().stream()
                .filter(span -> span.origin().service().equals(service))
                .forEach(span -> operations
                        .computeIfAbsent(span.name(), name -> EnumSet.noneOf(SpanKind.class))
                        .add(span.kind())));
        return operations;
    }

    private void visit(Consumer<StoredTrace> visitor) {
        int next = 0;
        while (next < traces.size()) {
            synchronized (lock) {
                for (int seen = 0; seen < PORTION && next < traces.size(); next++) {
                    StoredTrace trace = traces.get(next);
                    visitor.accept(trace);
                    seen += trace.size();
                }
            }
        }
    }
}
