package io.redistributed.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads traces from the <a href="https://grafana.com/docs/tempo/latest/api_docs/">API of Grafana Tempo</a>: {@code
 * /api/search}, {@code /api/v2/traces} and, for Tempo before 2.7, {@code /api/traces}.
 */
final class TempoClient implements TraceSource {

    /** Key of the reason in a trace that Tempo returned in part. */
    static final String WARNING = "warning";

    /** Without a time range, Tempo searches only what it has not written to its storage yet. */
    private static final Duration LOOKBACK = Duration.ofHours(1);

    private static final String ROOT_NOT_RECEIVED = "<root span not yet received>";
    private static final int ID_DIGITS = 32;

    private final ReportClient client;

    TempoClient(ReportClient client) {
        this.client = client;
    }

    @Override
    public List<JsonObject> traces(Search search) throws IOException, InterruptedException {
        // The end is exclusive, and in seconds.
        Instant end = Clock.systemUTC().instant().plusSeconds(1);
        String path = "/api/search?limit=" + search.limit()
                + "&start=" + end.minus(LOOKBACK).getEpochSecond()
                + "&end=" + end.getEpochSecond()
                + "&q=" + ReportClient.encoded(TraceQl.of(search));
        return objects(client.get(path), "traces").stream()
                .map(TempoClient::summary)
                .sorted(Comparator.comparingLong(TraceTree::start).reversed())
                .toList();
    }

    @Override
    public JsonObject trace(String traceId) throws IOException, InterruptedException {
        String id = ReportClient.encoded(traceId);
        JsonObject response;
        JsonObject trace;
        try {
            response = client.get("/api/v2/traces/" + id);
            trace = response.getJsonObject("trace", new JsonObject());
        } catch (RefusedException olderOrNotFound) {
            response = client.get("/api/traces/" + id);
            trace = response;
        }
        List<JsonObject> spans = TempoSpans.of(trace);
        if (spans.isEmpty()) {
            throw new RefusedException("trace " + traceId + " not found");
        }
        JsonObject result = new JsonObject().put("traceId", traceId).put("spans", new JsonArray(spans));
        return "PARTIAL".equals(response.getString("status"))
                ? result.put(WARNING, response.getString("message", "Tempo returned a part of the trace"))
                : result;
    }

    /** Fields with their default value are absent; ids are without leading zeros. */
    private static JsonObject summary(JsonObject found) {
        String id = found.getString("traceID", "");
        String rootService = found.getString("rootServiceName", "");
        Set<String> services = new TreeSet<>(Set.of(rootService));
        Integer spans = null;
        int errors = 0;
        JsonObject statistics = found.getJsonObject("serviceStats", new JsonObject());
        for (String service : statistics.fieldNames()) {
            JsonObject own = statistics.getJsonObject(service);
            services.add(service);
            spans = (spans == null ? 0 : spans) + own.getInteger("spanCount", 0);
            errors += own.getInteger("errorCount", 0);
        }
        services.removeAll(Set.of("", ROOT_NOT_RECEIVED));
        return new JsonObject()
                .put("traceId", "0".repeat(Math.max(0, ID_DIGITS - id.length())) + id)
                .put("name", found.getString("rootTraceName", ROOT_NOT_RECEIVED))
                .put("services", new JsonArray(List.copyOf(services)))
                .put("startTime", TempoSpans.time(found, "startTimeUnixNano").toString())
                .put(
                        "durationMicros",
                        Duration.ofMillis(found.getLong("durationMs", 0L)).toNanos() / 1_000)
                .put("spans", spans)
                .put("errors", errors);
    }

    static List<JsonObject> objects(JsonObject parent, String key) {
        List<JsonObject> objects = new ArrayList<>();
        parent.getJsonArray(key, new JsonArray()).forEach(each -> objects.add((JsonObject) each));
        return objects;
    }
}
