package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Answers questions about traces, in the JSON of {@code GET /traces} and {@code GET /traces/{traceId}}. Calls block. */
interface TraceSource {

    /**
     * Conditions on traces; null matches everything.
     *
     * @param attributes of one span
     * @param minDuration text of a duration, such as 250ms
     */
    record Search(
            String service,
            String operation,
            Map<String, String> attributes,
            boolean failed,
            String minDuration,
            int limit) {}

    /** Returns summaries of the matching traces, latest first; without {@code spans} if their number is unknown. */
    List<JsonObject> traces(Search search) throws IOException, InterruptedException;

    /** Returns a trace. */
    JsonObject trace(String traceId) throws IOException, InterruptedException;
}
