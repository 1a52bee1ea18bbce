package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Finds the parents of spans. The page does the same ({@code trace.js}). */
final class SpanParents {

    private SpanParents() {}

    /**
     * Maps each span of a trace to its parent, by identity. Roots have none: spans whose parent is not in the trace, and the
     * first span of each cycle of parents. So a walk down from the roots meets each span once.
     *
     * @param spans as in the response of {@code GET /traces/{traceId}}
     */
    static Map<JsonObject, JsonObject> of(List<JsonObject> spans) {
        Map<String, JsonObject> byId = new HashMap<>();
        spans.forEach(span -> byId.put(span.getString("spanId"), span));
        Map<JsonObject, JsonObject> parents = new IdentityHashMap<>();
        for (JsonObject span : spans) {
            JsonObject parent = byId.get(span.getString("parentSpanId"));
            if (parent != null) {
                parents.put(span, parent);
            }
        }
        openCycles(spans, parents);
        return parents;
    }

    private static void openCycles(List<JsonObject> spans, Map<JsonObject, JsonObject> parents) {
        Map<JsonObject, JsonObject> startOfWalk = new IdentityHashMap<>();
        for (JsonObject span : spans) {
            JsonObject at = span;
            while (at != null && startOfWalk.putIfAbsent(at, span) == null) {
                at = parents.get(at);
            }
            // A walk that meets itself has found a cycle; one that meets an earlier walk has not.
            if (at != null && startOfWalk.get(at) == span) {
                parents.remove(firstOfCycle(at, parents));
            }
        }
    }

    private static JsonObject firstOfCycle(JsonObject start, Map<JsonObject, JsonObject> parents) {
        JsonObject first = start;
        for (JsonObject at = parents.get(start); at != start; at = parents.get(at)) {
            if (TraceTree.start(at) < TraceTree.start(first)) {
                first = at;
            }
        }
        return first;
    }
}
