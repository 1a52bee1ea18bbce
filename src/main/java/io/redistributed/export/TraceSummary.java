package io.redistributed.export;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A trace in one line.
 *
 * @param root the span without a parent here that started first
 * @param services of all spans, sorted
 * @param startNanos of the span that started first, since the Unix epoch
 * @param durationNanos up to the end of the span that ended last
 * @param spans how many there are
 * @param errors how many of them have status ERROR
 */
public record TraceSummary(
        String traceId,
        String root,
        List<String> services,
        long startNanos,
        long durationNanos,
        int spans,
        int errors) {

    /** {@code {traceId, name, services, startTime, durationMicros, spans, errors}}; {@code name} is the root's. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("traceId", traceId)
                .put("name", root)
                .put("services", new JsonArray(services))
                .put("startTime", SpanJson.time(startNanos))
                .put("durationMicros", TimeUnit.NANOSECONDS.toMicros(durationNanos))
                .put("spans", spans)
                .put("errors", errors);
    }
}
