package io.redistributed.export;

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
 * The spans of one trace that a {@link TraceStore} held at one moment. Immutable.
 *
 * @param traceId 32 lower-case hex digits
 * @param spans in the order in which they came in; at least one
 * @param startNanos of the span that started first, since the Unix epoch
 * @param endNanos of the span that ended last
 * @param bytes of heap that the spans take, estimated
 * @param whole whether nothing is known to be missing: there is one root, and the parent of every other span is there.
 *     The root is the span without a parent, or else what SERVER spans have as a remote parent that is not in the store:
 *     a caller outside. Spans that have yet to end, and have no children that did, are not known of.
 * @param truncated how many of its spans the store had no room for
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
     * Spans by start time, those that start together parents first:
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
     * {@code kind} is SERVER, CLIENT, PRODUCER, CONSUMER or INTERNAL. Costs time in proportion to the number of spans.
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

    /** Span id → distance from the topmost ancestor that is here. */
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
