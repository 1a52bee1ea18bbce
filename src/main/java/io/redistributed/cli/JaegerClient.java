package io.redistributed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads traces from the JSON API of Jaeger's page ({@code /api/traces}), which many tools serve. */
final class JaegerClient implements TraceSource {

    private final ReportClient client;

    JaegerClient(ReportClient client) {
        this.client = client;
    }

    @Override
    public List<JsonObject> traces(Search search) throws IOException, InterruptedException {
        if (search.service() == null) {
            throw new RefusedException("Jaeger needs --service");
        }
        JsonObject tags = new JsonObject();
        search.attributes().forEach(tags::put);
        if (search.failed()) {
            tags.put("error", "true");
        }
        StringBuilder path = new StringBuilder("/api/traces?limit=" + search.limit());
        append(path, "service", search.service());
        append(path, "operation", search.operation());
        append(path, "minDuration", search.minDuration());
        append(path, "tags", tags.isEmpty() ? null : tags.encode());
        return data(client.get(path.toString()))
                .map(JaegerClient::trace)
                .map(JaegerClient::summary)
                .sorted(Comparator.comparingLong(TraceTree::start).reversed())
                .toList();
    }

    @Override
    public JsonObject trace(String traceId) throws IOException, InterruptedException {
        return data(client.get("/api/traces/" + URLEncoder.encode(traceId, UTF_8)))
                .map(JaegerClient::trace)
                .findFirst()
                .orElseThrow(() -> new RefusedException("trace " + traceId + " not found"));
    }

    private static void append(StringBuilder path, String name, String value) {
        if (value != null) {
            path.append('&').append(name).append('=').append(URLEncoder.encode(value, UTF_8));
        }
    }

    private static Stream<JsonObject> data(JsonObject response) {
        JsonArray data = response.getJsonArray("data");
        return data == null ? Stream.empty() : data.stream().map(JsonObject.class::cast);
    }

    private static JsonObject trace(JsonObject jaeger) {
        JsonObject processes = jaeger.getJsonObject("processes");
        List<JsonObject> spans = jaeger.getJsonArray("spans").stream()
                .map(JsonObject.class::cast)
                .map(span -> span(span, processes))
                .sorted(Comparator.comparingLong(TraceTree::start))
                .toList();
        return new JsonObject().put("traceId", jaeger.getString("traceID")).put("spans", new JsonArray(spans));
    }

    private static JsonObject span(JsonObject jaeger, JsonObject processes) {
        String kind = "internal";
        boolean failed = false;
        String message = null;
        for (Object each : jaeger.getJsonArray("tags", new JsonArray())) {
            JsonObject tag = (JsonObject) each;
            String value = String.valueOf(tag.getValue("value"));
            switch (tag.getString("key")) {
                case "span.kind" -> kind = value;
                case "error" -> failed |= value.equals("true");
                case "otel.status_code" -> failed |= value.equals("ERROR");
                case "otel.status_description" -> message = value;
                default -> {}
            }
        }
        long start = jaeger.getLong("startTime");
        return new JsonObject()
                .put("spanId", jaeger.getString("spanID"))
                .put("parentSpanId", parent(jaeger))
                .put("name", jaeger.getString("operationName"))
                .put("kind", kind.toUpperCase(Locale.ROOT))
                .put(
                        "service",
                        processes.getJsonObject(jaeger.getString("processID")).getString("serviceName"))
                .put(
                        "startTime",
                        Instant.ofEpochSecond(start / 1_000_000, start % 1_000_000 * 1_000)
                                .toString())
                .put("durationMicros", jaeger.getLong("duration"))
                .put("status", failed ? "ERROR" : "UNSET")
                .put("statusMessage", message);
    }

    private static String parent(JsonObject jaeger) {
        for (Object each : jaeger.getJsonArray("references", new JsonArray())) {
            JsonObject reference = (JsonObject) each;
            if ("CHILD_OF".equals(reference.getString("refType"))) {
                return reference.getString("spanID");
            }
        }
        return null;
    }

    private static JsonObject summary(JsonObject trace) {
        List<JsonObject> spans =
                trace.getJsonArray("spans").stream().map(JsonObject.class::cast).toList();
        Set<String> services = new TreeSet<>();
        long errors = 0;
        long start = Long.MAX_VALUE;
        long end = 0;
        for (JsonObject span : spans) {
            services.add(span.getString("service"));
            errors += span.getString("status").equals("ERROR") ? 1 : 0;
            start = Math.min(start, TraceTree.start(span));
            end = Math.max(end, TraceTree.end(span));
        }
        return new JsonObject()
                .put("traceId", trace.getString("traceId"))
                .put("name", spans.get(0).getString("name"))
                .put("services", new JsonArray(List.copyOf(services)))
                .put("startTime", spans.get(0).getString("startTime"))
                .put("durationMicros", end - start)
                .put("spans", spans.size())
                .put("errors", (int) errors);
    }
}
