package io.redistributed.export.statistics;

import io.redistributed.export.store.EpochNanos;
import io.redistributed.export.store.Operation;
import io.redistributed.export.store.StoredSpan;
import io.redistributed.export.store.Trace;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Statistics of the operations and of the calls between services in added traces. Takes about 100 bytes per span, and time in
 * proportion to their number. Not thread-safe.
 */
public final class TraceStatistics {

    /** The most operations and the most calls in {@link #toJson()}. */
    private static final int MAX_ENTRIES = 200;

    /** The store keeps traces for 7 days; the start of an older span is probably that of a wrong clock. */
    private static final long MAX_AGE_NANOS = TimeUnit.DAYS.toNanos(8);

    private final String service;
    private final long from;
    private final long to;
    private final long end;
    private final long earliestBegin;
    private final ServiceGraph graph = new ServiceGraph(this::isInRange);
    private final Map<Key, OperationStatistics> operations = new HashMap<>();
    private int traces;
    private int spans;
    private long first = Long.MAX_VALUE;
    private long firstPlausible = Long.MAX_VALUE;

    private record Key(String service, Operation operation) {}

    /**
     * @param service counts operations of this service and calls from it or to it; null for all
     * @param from earliest start of a span; null for any
     * @param to latest start of a span, exclusive; null for any
     * @param now end of the period of the rates, unless {@code to} is earlier
     */
    public TraceStatistics(String service, Instant from, Instant to, Instant now) {
        this.service = service;
        this.from = from == null ? Long.MIN_VALUE : EpochNanos.of(from);
        this.to = to == null ? Long.MAX_VALUE : EpochNanos.of(to);
        this.end = Math.min(this.to, EpochNanos.of(now));
        this.earliestBegin = from == null ? end - MAX_AGE_NANOS : this.from;
    }

    /** Adds the spans of a trace that are in the range. A trace must be added only once. */
    public void add(Trace trace) {
        graph.add(trace);
        int before = spans;
        trace.spans().stream().filter(this::isInRange).forEach(this::add);
        traces += spans > before ? 1 : 0;
    }

    private boolean isInRange(StoredSpan span) {
        return span.startNanos() >= from && span.startNanos() < to;
    }

    private void add(StoredSpan span) {
        first = Math.min(first, span.startNanos());
        if (span.startNanos() >= earliestBegin) {
            firstPlausible = Math.min(firstPlausible, span.startNanos());
        }
        if (service == null || service.equals(span.origin().service())) {
            spans++;
            operations
                    .computeIfAbsent(
                            new Key(span.origin().service(), Operation.of(span)), key -> new OperationStatistics())
                    .add(span);
        }
    }

    /**
     * Returns the statistics. Call it once, after the last trace.
     *
     * <pre>
     * {startTime, endTime, traces, spans, omittedOperations, omittedCalls,
     *  operations: [{service, operation, kind, count, perSecond, errors,
     *                p50Micros, p95Micros, p99Micros, maxMicros, totalMicros,
     *                histogram: [{belowMicros, count}],
     *                slowest: [{traceId, spanId, startTime, durationMicros, status}]}],
     *  calls: [{from, to, type, count, perSecond, errors, p50Micros, p95Micros, p99Micros, maxMicros}]}
     * </pre>
     *
     * {@code startTime} is the first start of a span in the range, or without {@code from} the first one of the last 8 days, if any; {@code endTime} the end of the range or now; rates are per second between them.
     * Operations are sorted by the sum of their durations, calls by number; at most {@value #MAX_ENTRIES} each. A {@code histogram} has the
     * numbers of durations below a power of two and not below half of it. Each of the up to five {@code slowest} is in another trace.
     * {@code type} is {@code call}, {@code message} or {@code database}; durations are those of the callee's span, or for a message from
     * the start of its producer span to the start of its consumer span. Errors are spans with status ERROR: of the callee, the consumer,
     * or the client of the database.
     */
    public JsonObject toJson() {
        long start = Math.min(firstPlausible == Long.MAX_VALUE ? first : firstPlausible, end);
        double seconds = Math.max(1, (end - start) / 1e9);
        List<Map.Entry<ServiceGraph.Edge, ServiceGraph.Calls>> calls = graph.calls().stream()
                .filter(entry -> service == null
                        || service.equals(entry.getKey().from())
                        || service.equals(entry.getKey().to()))
                .toList();
        return new JsonObject()
                .put("startTime", EpochNanos.format(start))
                .put("endTime", EpochNanos.format(end))
                .put("traces", traces)
                .put("spans", spans)
                .put("omittedOperations", Math.max(0, operations.size() - MAX_ENTRIES))
                .put("omittedCalls", Math.max(0, calls.size() - MAX_ENTRIES))
                .put("operations", operations(seconds))
                .put(
                        "calls",
                        new JsonArray(calls.stream()
                                .limit(MAX_ENTRIES)
                                .map(entry -> call(entry.getKey(), entry.getValue(), seconds))
                                .toList()));
    }

    private JsonArray operations(double seconds) {
        return new JsonArray(operations.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<Key, OperationStatistics> entry) ->
                                entry.getValue().totalMicros())
                        .reversed())
                .limit(MAX_ENTRIES)
                .map(entry -> operation(entry.getKey(), entry.getValue(), seconds))
                .toList());
    }

    private static JsonObject operation(Key key, OperationStatistics statistics, double seconds) {
        JsonObject json = new JsonObject()
                .put("service", key.service)
                .put("operation", key.operation.name())
                .put("kind", key.operation.spanKind().toUpperCase(Locale.ROOT));
        statistics.put(json, seconds);
        return json;
    }

    private static JsonObject call(ServiceGraph.Edge edge, ServiceGraph.Calls calls, double seconds) {
        JsonObject json =
                new JsonObject().put("from", edge.from()).put("to", edge.to()).put("type", edge.type());
        calls.put(json, seconds);
        return json;
    }
}
