package io.redistributed.export;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The spans of one trace as they come in. Guarded by the lock of the store. */
final class StoredTrace {

    private final List<SpanData> spans = new ArrayList<>();
    private final Set<String> spanIds = new HashSet<>();

    /** Parents that are still to come. */
    private final Set<String> missing = new HashSet<>();

    /** Parents that need not come: they belong to whoever called us with a {@code traceparent}. */
    private final Set<String> callers = new HashSet<>();

    private int roots;
    private long bytes;
    private long truncated;

    void add(SpanData span, long spanBytes) {
        spans.add(span);
        bytes += spanBytes;
        spanIds.add(span.getSpanId());
        missing.remove(span.getSpanId());
        callers.remove(span.getSpanId());

        SpanContext parent = span.getParentSpanContext();
        if (!parent.isValid()) {
            roots++;
        } else if (!spanIds.contains(parent.getSpanId())) {
            boolean calledFromOutside = parent.isRemote() && span.getKind() == SpanKind.SERVER;
            (calledFromOutside ? callers : missing).add(parent.getSpanId());
        }
    }

    void truncate() {
        truncated++;
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

    Trace snapshot(String traceId) {
        return new Trace(traceId, List.copyOf(spans), isWhole(), truncated);
    }
}
