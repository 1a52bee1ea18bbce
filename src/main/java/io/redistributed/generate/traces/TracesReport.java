package io.redistributed.generate.traces;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * The content of a {@code traces} report: {@link io.redistributed.export.statistics.TraceStatistics#toJson} without the calls between
 * services, with up to {@code top} operations, and a {@code link} to each of the slowest traces.
 */
final class TracesReport {

    private TracesReport() {}

    /** @param links URL to which the id of a trace is appended */
    static JsonObject of(JsonObject statistics, int top, String links) {
        JsonArray all = statistics.getJsonArray("operations");
        JsonArray operations = new JsonArray();
        for (int i = 0; i < Math.min(top, all.size()); i++) {
            JsonObject operation = all.getJsonObject(i);
            operation.getJsonArray("slowest").stream()
                    .map(JsonObject.class::cast)
                    .forEach(slow -> slow.put("link", links + slow.getString("traceId")));
            operations.add(operation);
        }
        statistics.remove("calls");
        statistics.remove("omittedCalls");
        int omitted = statistics.getInteger("omittedOperations") + all.size() - operations.size();
        return statistics.put("omittedOperations", omitted).put("operations", operations);
    }
}
