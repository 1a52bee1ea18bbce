package io.redistributed.export.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Scans all spans of a store once. Holds the lock only while it copies a portion of the spans; compares and counts without it.
 */
final class TraceSearch {

    /** The approximate number of spans copied per lock. */
    private static final int PORTION = 2_000;

    private final List<StoredTrace> traces;
    private final Object lock;

    /** @param lock guards the traces */
    TraceSearch(List<StoredTrace> traces, Object lock) {
        this.traces = traces;
        this.lock = lock;
    }

    /** Returns the matching traces, latest start first. */
    List<Trace> latest(TraceQuery query) {
        SpanMatch match = new SpanMatch(query);
        long shortest = query.shortestTrace() == null ? 0 : SpanMatch.nanos(query.shortestTrace());
        long longest = query.longestTrace() == null ? Long.MAX_VALUE : SpanMatch.nanos(query.longestTrace());
        PriorityQueue<Map.Entry<Long, Trace>> latest = new PriorityQueue<>(Map.Entry.comparingByKey());
        visit(trace -> {
            long duration = trace.endNanos() - trace.startNanos();
            if (duration >= shortest
                    && duration <= longest
                    && trace.spans().stream().anyMatch(match)) {
                latest.add(Map.entry(trace.startNanos(), trace));
                if (latest.size() > query.limit()) {
                    latest.poll();
                }
            }
        });
        LinkedList<Trace> newestFirst = new LinkedList<>();
        while (!latest.isEmpty()) {
            newestFirst.addFirst(latest.poll().getValue());
        }
        return newestFirst;
    }

    SortedSet<String> services() {
        SortedSet<String> services = new TreeSet<>();
        visit(trace -> trace.spans().forEach(span -> services.add(span.origin().service())));
        return services;
    }

    SortedSet<Operation> operations(String service) {
        SortedSet<Operation> operations = new TreeSet<>();
        visit(trace -> trace.spans().stream()
                .filter(span -> span.origin().service().equals(service))
                .forEach(span -> operations.add(Operation.of(span))));
        return operations;
    }

    /** Counts spans by service and parent service, in traces that lie entirely within a time range. */
    SortedMap<ServiceCall, Long> calls(Instant from, Instant to) {
        SortedMap<ServiceCall, Long> calls = new TreeMap<>();
        visit(trace -> {
            if (trace.startNanos() >= EpochNanos.of(from) && trace.endNanos() <= EpochNanos.of(to)) {
                count(trace, calls);
            }
        });
        return calls;
    }

    private static void count(Trace trace, Map<ServiceCall, Long> calls) {
        Map<String, String> services = new HashMap<>();
        trace.spans().forEach(span -> services.put(span.spanId(), span.origin().service()));
        for (StoredSpan span : trace.spans()) {
            String parent = services.get(span.parentSpanId());
            if (parent != null) {
                calls.merge(new ServiceCall(parent, span.origin().service()), 1L, Long::sum);
            }
        }
    }

    /** Passes each trace to a visitor, without the lock. */
    void visit(Consumer<Trace> visitor) {
        List<Trace> portion = new ArrayList<>();
        int next = 0;
        while (next < traces.size()) {
            synchronized (lock) {
                for (int seen = 0; seen < PORTION && next < traces.size(); next++) {
                    StoredTrace trace = traces.get(next);
                    portion.add(trace.snapshot());
                    seen += trace.size();
                }
            }
            portion.forEach(visitor);
            portion.clear();
        }
    }
}
