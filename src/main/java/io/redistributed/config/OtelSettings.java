package io.redistributed.config;

import io.redistributed.api.MetricsVerticle;
import io.redistributed.export.JaegerExporterVerticle;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Converts the standard {@code OTEL_*} variables for exporters, span batching and the Prometheus port to settings. They take precedence over the file. {@link TelemetryFactory} applies the other variables.
 */
final class OtelSettings {

    /** The metrics exporter implemented by a verticle instead of OpenTelemetry. */
    static final String PROMETHEUS = "prometheus";

    static final String METRICS_EXPORTER = "otel.metrics.exporter";

    private static final String EXPORTER_VERTICLE = JaegerExporterVerticle.class.getName();
    private static final String METRICS_VERTICLE = "java:" + MetricsVerticle.class.getName();
    private static final String QUEUE_SIZE = "otel.bsp.max.queue.size";
    private static final String BATCH_SIZE = "otel.bsp.max.export.batch.size";
    private static final int MAX_QUEUED = 1 << 24;
    private static final int MAX_IN_BATCH = 65_536;
    private static final int MAX_PORT = 65_535;

    private final OtelVariables variables;
    private final OtelExporters exporters;

    OtelSettings(OtelVariables variables) {
        this.variables = variables;
        this.exporters = new OtelExporters(variables);
    }

    /**
     * @param config validated configuration
     * @throws ConfigException with the name of the variable
     */
    void apply(JsonObject config) throws ConfigException {
        JsonObject tracing = config.getJsonObject("tracing", new JsonObject());
        exporters.apply(tracing);
        if (variables.text(QUEUE_SIZE) != null) {
            tracing.put("queueCapacity", variables.integer(QUEUE_SIZE, 1, MAX_QUEUED));
        }
        if (!tracing.isEmpty()) {
            config.put("tracing", tracing);
        }
        JsonArray verticles = config.getJsonArray("verticles");
        for (int i = 0; i < verticles.size(); i++) {
            JsonObject verticle = verticles.getJsonObject(i);
            if (verticle.getString("name").endsWith(EXPORTER_VERTICLE)) {
                JsonObject settings = verticle.getJsonObject("config", new JsonObject());
                batch(settings);
                verticle.put("config", settings);
            }
        }
        if (variables.list(METRICS_EXPORTER).contains(PROMETHEUS)) {
            verticles.add(metricsVerticle());
        }
    }

    private void batch(JsonObject exporter) throws ConfigException {
        if (exporter.containsKey("exporters")) {
            exporters.apply(exporter);
        }
        duration(exporter, "delay", "otel.bsp.schedule.delay");
        duration(exporter, "retryFor", "otel.bsp.export.timeout");
        if (variables.text(BATCH_SIZE) != null) {
            exporter.put("batchSize", variables.integer(BATCH_SIZE, 1, MAX_IN_BATCH));
        }
    }

    private JsonObject metricsVerticle() throws ConfigException {
        String host = "otel.exporter.prometheus.host";
        String port = "otel.exporter.prometheus.port";
        JsonObject settings = new JsonObject();
        if (variables.text(host) != null) {
            settings.put("host", variables.text(host));
        }
        if (variables.text(port) != null) {
            settings.put("port", variables.integer(port, 0, MAX_PORT));
        }
        return JsonObject.of("name", METRICS_VERTICLE, "config", settings);
    }

    private void duration(JsonObject settings, String key, String variable) throws ConfigException {
        if (variables.text(variable) != null) {
            settings.put(key, variables.duration(variable));
        }
    }
}
