package io.redistributed.load;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Checks that a trace, as {@code GET /traces/{traceId}} shows it, is complete. */
final class TraceShape {

    private TraceShape() {}

    /**
     * A complete trace has one root, no orphan spans, and a worker's process span below a publish span of the API.
     *
     * @return what is wrong
     */
    static Optional<String> fault(JsonObject trace) {
        List<JsonObject> spans =
                trace.getJsonArray("spans").stream().map(JsonObject.class::cast).toList();
        Map<String, JsonObject> byId = spans.stream()
                .collect(Collectors.toMap(span -> span.getString("spanId"), Function.identity(), (a, b) -> a));
        long roots = spans.stream().filter(span -> parent(span) == null).count();
        List<String> orphans = spans.stream()
                .filter(span -> parent(span) != null && !byId.containsKey(parent(span)))
                .map(span -> span.getString("name"))
                .toList();
        if (trace.containsKey("truncated")) {
            return Optional.of("the trace store dropped " + trace.getValue("truncated") + " of its spans");
        } else if (roots != 1) {
            return Optional.of("it has " + roots + " roots");
        } else if (!orphans.isEmpty()) {
            return Optional.of("orphan spans: " + String.join(", ", orphans));
        }
        boolean crosses = spans.stream()
                .filter(span -> is(span, "CONSUMER"))
                .anyMatch(span -> is(byId.get(parent(span)), "PRODUCER"));
        return crosses ? Optional.empty() : Optional.of("no CONSUMER span has a PRODUCER span as its parent");
    }

    private static String parent(JsonObject span) {
        return span.getString("parentSpanId");
    }

    private static boolean is(JsonObject span, String kind) {
        return span != null && kind.equals(span.getString("kind"));
    }
}
