package io.redistributed.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;

/**
 * The standard variables that say where collectors are, for exporters of the file that have no endpoint:
 * {@code OTEL_EXPORTER_OTLP_ENDPOINT}, {@code OTEL_EXPORTER_OTLP_TRACES_ENDPOINT}, {@code OTEL_EXPORTER_OTLP_PROTOCOL},
 * {@code OTEL_EXPORTER_OTLP_TRACES_PROTOCOL}, {@code OTEL_EXPORTER_JAEGER_ENDPOINT}; or system properties of the same
 * meaning, {@code otel.exporter.otlp.endpoint}.
 */
final class OtelEndpoints {

    private static final String HTTP = "http/protobuf";

    private final Map<String, String> environment;
    private final Map<String, String> properties;

    OtelEndpoints(Map<String, String> environment, Map<String, String> properties) {
        this.environment = environment;
        this.properties = properties;
    }

    /** @param config that has been checked */
    void apply(JsonObject config) {
        JsonArray exporters =
                config.getJsonObject("tracing", new JsonObject()).getJsonArray("exporters", new JsonArray());
        for (int i = 0; i < exporters.size(); i++) {
            Object exporter = exporters.getValue(i);
            JsonObject settings = exporter instanceof JsonObject object ? object : JsonObject.of("type", exporter);
            if (!settings.containsKey("endpoint") && point(settings)) {
                exporters.set(i, settings);
            }
        }
    }

    private boolean point(JsonObject settings) {
        return switch (settings.getString("type")) {
            case "jaeger" -> put(settings, "endpoint", value("OTEL_EXPORTER_JAEGER_ENDPOINT"));
            case "otlp" -> {
                String protocol = first("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL");
                boolean given = !settings.containsKey("protocol") && put(settings, "protocol", protocol);
                String own = value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
                String base = value("OTEL_EXPORTER_OTLP_ENDPOINT");
                if (own == null && base != null && HTTP.equals(settings.getString("protocol"))) {
                    // That of traces is used as it is, the general one is the base of all signals'.
                    base = base.replaceFirst("/$", "") + "/v1/traces";
                }
                yield put(settings, "endpoint", own == null ? base : own) || given;
            }
            default -> false;
        };
    }

    private static boolean put(JsonObject settings, String key, String value) {
        if (value != null) {
            settings.put(key, value);
        }
        return value != null;
    }

    private String first(String variable, String otherwise) {
        String value = value(variable);
        return value == null ? value(otherwise) : value;
    }

    /** Properties win over the environment, as with OpenTelemetry itself; empty counts as not given. */
    private String value(String variable) {
        String property = variable.toLowerCase(Locale.ROOT).replace('_', '.');
        String value = properties.getOrDefault(property, environment.get(variable));
        return value == null || value.isBlank() ? null : value.strip();
    }
}
