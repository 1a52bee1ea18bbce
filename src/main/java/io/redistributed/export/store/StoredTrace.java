package io.redistributed.export.store;

import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Collects the spans of one trace as they arrive. Guarded by the lock of the store. */
final class StoredTrace {

    private final String traceId;
    private final List<StoredSpan> spans = new ArrayList<>();
    private final Set<String> spanIds = new HashSet<>();
    private final Set<StoredSpan.Origin> origins = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Ids of parents that have not arrived yet. */
    private final Set<String> missing = new HashSet<>();

    /** Ids of parents that need not arrive: they belong to a caller that sent a {@code traceparent}. */
    private final Set<String> callers = new HashSet<>();

    private int roots;
    private long start = Long.MAX_VALUE;
    private long end = Long.MIN_VALUE;
    private long bytes;
    private long truncated;
    private boolean failed;
    private long changedNanos;

    StoredTrace(String traceId) {
        this.traceId = traceId;
    }

    boolean contains(StoredSpan span) {
        return spanIds.contains(span.spanId());
    }

    /** Returns the size a span would add. Its origin counts once per trace, although traces may share it. */
    long sizeOf(StoredSpan span) {
        return SpanSize.of(span)
                + (spans.isEmpty() ? SpanSize.TRACE : 0)
                + (origins.contains(span.origin()) ? 0 : SpanSize.of(span.origin()));
    }

    void add(StoredSpan span, long spanBytes) {
        spans.add(span);
        origins.add(span.origin());
        failed |= span.status() == StatusCode.ERROR;
        changedNanos = System.nanoTime();
        bytes += spanBytes;
        start = Math.min(start, span.startNanos());
        end = Math.max(end, span.endNanos());
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

    int size() {
        return spans.size();
    }

    long bytes() {
        return bytes;
    }

    boolean isWhole() {
        return missing.isEmpty() && roots + callers.size() == 1;
    }

    /** Returns whether a span has status ERROR. */
    boolean isFailed() {
        return failed;
    }

    /** Returns when the last span was added, by {@link System#nanoTime}. */
    long changedNanos() {
        return changedNanos;
    }

    /** Returns a view of the spans, in order of arrival. */
    List<StoredSpan> spans() {
        return Collections.unmodifiableList(spans);
    }

    Trace snapshot() {
        return new Trace(traceId, List.copyOf(spans), start, end, bytes, isWhole(), truncated);
    }
}
