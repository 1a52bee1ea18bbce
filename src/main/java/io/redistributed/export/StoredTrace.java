package io.redistributed.export;

import io.opentelemetry.api.trace.StatusCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The spans of one trace as they come in. Guarded by the lock of the store. */
final class StoredTrace {

    private static final long NANOS = 1_000_000_000;

    private final String traceId;
    private final List<StoredSpan> spans = new ArrayList<>();
    private final Set<String> spanIds = new HashSet<>();
    private final Set<StoredSpan.Origin> origins = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Parents that are still to come. */
    private final Set<String> missing = new HashSet<>();

    /** Parents that need not come: they belong to whoever called us with a {@code traceparent}. */
    private final Set<String> callers = new HashSet<>();

    private int roots;
    private int errors;
    private long start = Long.MAX_VALUE;
    private long end = Long.MIN_VALUE;
    private long bytes;
    private long truncated;

    StoredTrace(String traceId) {
        this.traceId = traceId;
    }

    boolean contains(StoredSpan span) {
        return spanIds.contains(span.spanId());
    }

    /** What a span would take here: its origin counts once in each trace, although traces may share it. */
    long sizeOf(StoredSpan span) {
        return SpanSize.of(span)
                + (spans.isEmpty() ? SpanSize.TRACE : 0)
                + (origins.contains(span.origin()) ? 0 : SpanSize.of(span.origin()));
    }

    void add(StoredSpan span, long spanBytes) {
        spans.add(span);
        origins.add(span.origin());
        bytes += spanBytes;
        start = Math.min(start, span.startNanos());
        end = Math.max(end, span.endNanos());
        errors += span.status() == StatusCode.ERROR ? 1 : 0;
        spanIds.add(span.spanId());
        missing.remove(span.spanId());
        callers.remove(span.spanId());

        if (span.parentSpanId() == null) {
            roots++;
        } else if (!spanIds.contains(span.parentSpanId())) {
            (span.called() ? callers : missing).add(span.parentSpanId());
        }
    }

    void truncate() {
        truncated++;
    }

    String traceId() {
        return traceId;
    }

    List<StoredSpan> spans() {
        return spans;
    }

    int size() {
        return spans.size();
    }

    long bytes() {
        return bytes;
    }

    /** Since the Unix epoch. */
    long startNanos() {
        return start;
    }

    boolean isWhole() {
        return missing.isEmpty() && roots + callers.size() == 1;
    }

    boolean fits(TraceQuery query) {
        return (query.shortestTrace() == null || end - start >= nanos(query.shortestTrace()))
                && spans.stream().anyMatch(span -> fits(span, query));
    }

    private static boolean fits(StoredSpan span, TraceQuery query) {
        return (query.service() == null || query.service().equals(span.origin().service()))
                && (query.operation() == null || query.operation().equals(span.name()))
                && (query.from() == null || span.startNanos() >= nanos(query.from()))
                && (query.to() == null || span.startNanos() < nanos(query.to()))
                && (query.shortest() == null || span.durationNanos() >= nanos(query.shortest()))
                && (query.longest() == null || span.durationNanos() <= nanos(query.longest()));
    }

    /** Times and durations beyond what a long holds are as far away as one can be. */
    private static long nanos(Duration duration) {
        return saturated(duration.getSeconds(), duration.getNano());
    }

    private static long nanos(Instant instant) {
        return saturated(instant.getEpochSecond(), instant.getNano());
    }

    private static long saturated(long seconds, int nanos) {
        if (Math.abs(seconds) >= Long.MAX_VALUE / NANOS) {
            return seconds < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return seconds * NANOS + nanos;
    }

    TraceSummary summary() {
        StoredSpan root = spans.stream()
                .min(Comparator.<StoredSpan>comparingInt(span -> spanIds.contains(span.parentSpanId()) ? 1 : 0)
                        .thenComparingLong(StoredSpan::startNanos))
                .orElseThrow();
        return new TraceSummary(
                traceId, root.name(), List.copyOf(services()), start, end - start, spans.size(), errors);
    }

    /** Sorted. */
    Set<String> services() {
        Set<String> services = new TreeSet<>();
        origins.forEach(origin -> services.add(origin.service()));
        return services;
    }

    Trace snapshot() {
        return new Trace(traceId, List.copyOf(spans), isWhole(), truncated);
    }
}
