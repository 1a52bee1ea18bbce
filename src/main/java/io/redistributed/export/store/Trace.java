package io.redistributed.export.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A snapshot of one trace in a {@link TraceStore}. Immutable.
 *
 * @param traceId 32 lower-case hex digits
 * @param spans in order of arrival; at least one
 * @param startNanos start of the first span, since the Unix epoch
 * @param endNanos end of the last span
 * @param bytes estimated heap of the spans
 * @param whole whether no span is known to be missing: there is one root, and the parent of every other span is present. The root is the span without a parent, or the remote parent of SERVER spans that is not in the store, an external caller. Unended spans without ended children are unknown.
 * @param truncated number of spans beyond the limit of a trace
 */
public record Trace(
        String traceId,
        List<StoredSpan> spans,
        long startNanos,
        long endNanos,
        long bytes,
        boolean whole,
        long truncated) {

    /**
     * Returns the spans by start time; among equal start times, parents first:
     *
     * <pre>
     * {traceId, truncated,                                         truncated only if not 0
     *  spans: [{spanId, parentSpanId, name, kind, service,         parentSpanId null for a root
     *           startTime, durationMicros,                         RFC 3339, UTC, microseconds
     *           status, statusMessage,                             UNSET|OK|ERROR; message only if there is one
     *           attributes: {…},                                   JSON of any kind; bytes in base64
     *           events: [{name, time, attributes}],
     *           links: [{traceId, spanId, attributes}]}]}
     * </pre>
     *
     * {@code kind} is SERVER, CLIENT, PRODUCER, CONSUMER or INTERNAL. Takes time proportional to the number of spans.
     */
    public JsonObject toJson() {
        Map<String, Integer> depths = depths();
        List<StoredSpan> sorted = new ArrayList<>(spans);
        sorted.sort(Comparator.comparingLong(StoredSpan::startNanos)
                .thenComparing(span -> depths.getOrDefault(span.spanId(), Integer.MAX_VALUE)));
        JsonObject json = new JsonObject().put("traceId", traceId);
        if (truncated > 0) {
            json.put("truncated", truncated);
        }
        return json.put("spans", new JsonArray(sorted.stream().map(SpanJson::of).toList()));
    }

    /** Maps span ids to the distance from the topmost ancestor in the trace. */
    private Map<String, Integer> depths() {
        Set<String> ids = new HashSet<>();
        spans.forEach(span -> ids.add(span.spanId()));
        Map<String, List<String>> children = new HashMap<>();
        Map<String, Integer> depths = new HashMap<>();
        Deque<String> next = new ArrayDeque<>();
        for (StoredSpan span : spans) {
            if (ids.contains(span.parentSpanId())) {
                children.computeIfAbsent(span.parentSpanId(), parent -> new ArrayList<>())
                        .add(span.spanId());
            } else {
                depths.put(span.spanId(), 0);
                next.add(span.spanId());
            }
        }
        while (!next.isEmpty()) {
            String parent = next.poll();
            for (String child : children.getOrDefault(parent, List.of())) {
                depths.put(child, depths.get(parent) + 1);
                next.add(child);
            }
        }
        return depths;
    }
}
