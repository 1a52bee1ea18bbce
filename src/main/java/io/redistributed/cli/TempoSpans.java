package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the spans of a trace of Tempo. It is OTLP in the JSON of protobuf: ids in base64, enums by name, 64-bit numbers as
 * strings, default values absent. The same in OTLP/JSON, with ids in hex and enums as numbers, is read too.
 */
final class TempoSpans {

    private static final int HEX_DIGITS = 16;
    private static final List<String> KINDS =
            List.of("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER");
    private static final List<String> STATUSES = List.of("UNSET", "OK", "ERROR");
    private static final Map<String, String> WITHOUT_KIND = Map.of("UNSPECIFIED", "INTERNAL");

    private TempoSpans() {}

    /** Returns the spans by start, in the JSON of {@code GET /traces/{traceId}}. */
    static List<JsonObject> of(JsonObject trace) {
        List<JsonObject> spans = new ArrayList<>();
        String resources = trace.containsKey("batches") ? "batches" : "resourceSpans";
        for (JsonObject resource : TempoClient.objects(trace, resources)) {
            String service = service(resource.getJsonObject("resource", new JsonObject()));
            for (JsonObject scope : TempoClient.objects(resource, "scopeSpans")) {
                TempoClient.objects(scope, "spans").forEach(span -> spans.add(span(span, service)));
            }
        }
        spans.sort(Comparator.comparingLong(TraceTree::start));
        return spans;
    }

    private static String service(JsonObject resource) {
        return TempoClient.objects(resource, "attributes").stream()
                .filter(attribute -> "service.name".equals(attribute.getString("key")))
                .map(attribute -> attribute.getJsonObject("value").getString("stringValue", ""))
                .findFirst()
                .orElse("unknown_service");
    }

    private static JsonObject span(JsonObject span, String service) {
        Instant start = time(span, "startTimeUnixNano");
        Duration duration = Duration.between(start, time(span, "endTimeUnixNano"));
        JsonObject status = span.getJsonObject("status", new JsonObject());
        String kind = named(span.getValue("kind"), "SPAN_KIND_", KINDS);
        return new JsonObject()
                .put("spanId", id(span.getString("spanId")))
                .put("parentSpanId", id(span.getString("parentSpanId")))
                .put("name", span.getString("name", ""))
                .put("kind", WITHOUT_KIND.getOrDefault(kind, kind))
                .put("service", service)
                .put("startTime", start.toString())
                .put("durationMicros", duration.isNegative() ? 0 : duration.toNanos() / 1_000)
                .put("status", named(status.getValue("code"), "STATUS_CODE_", STATUSES))
                .put("statusMessage", status.getString("message"));
    }

    /** Returns an id in hex; null if there is none. */
    private static String id(String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        return text.length() == HEX_DIGITS
                ? text.toLowerCase(Locale.ROOT)
                : HexFormat.of().formatHex(Base64.getDecoder().decode(text));
    }

    private static String named(Object value, String prefix, List<String> names) {
        if (value instanceof Number number) {
            int index = number.intValue();
            return index > 0 && index < names.size() ? names.get(index) : names.get(0);
        }
        return value == null ? names.get(0) : value.toString().replace(prefix, "");
    }

    /** Returns a time in nanoseconds since 1970: a number, or its text. */
    static Instant time(JsonObject parent, String key) {
        long nanos = Long.parseUnsignedLong(String.valueOf(parent.getValue(key, "0")));
        return Instant.EPOCH.plus(Duration.ofNanos(nanos));
    }
}
