package io.redistributed.config;

import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.settings.Urls;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;

/**
 * Applies the standard variables for span exporters. {@code OTEL_TRACES_EXPORTER} selects the exporters; those in the file keep their settings. The {@code OTEL_EXPORTER_*} variables apply to exporters without an endpoint in the file, so that their headers are never sent to another collector.
 */
final class OtelExporters {

    private static final String CHOICE = "otel.traces.exporter";
    private static final String NONE = "none";

    private final OtelVariables variables;

    OtelExporters(OtelVariables variables) {
        this.variables = variables;
    }

    /** @param settings settings whose {@code exporters} are changed */
    void apply(JsonObject settings) throws ConfigException {
        JsonArray given = settings.getJsonArray("exporters", new JsonArray());
        JsonArray exporters = variables.text(CHOICE) == null ? given : chosen(given);
        for (int i = 0; i < exporters.size(); i++) {
            Object exporter = exporters.getValue(i);
            JsonObject own = exporter instanceof JsonObject object ? object : JsonObject.of("type", exporter);
            if (!own.containsKey("endpoint") && fill(own)) {
                exporters.set(i, own);
            }
        }
        if (exporters != given) {
            settings.put("exporters", exporters);
        }
    }

    private JsonArray chosen(JsonArray given) throws ConfigException {
        List<String> types = variables.list(CHOICE);
        if (types.equals(List.of(NONE))) {
            return new JsonArray();
        }
        JsonArray chosen = new JsonArray();
        for (String type : types) {
            if (!ExporterSettings.TYPES.contains(type)) {
                throw variables.bad(CHOICE, "a list of " + String.join(", ", ExporterSettings.TYPES) + ", or none");
            }
            List<Object> ofFile = given.stream()
                    .filter(exporter ->
                            type.equals(exporter instanceof JsonObject object ? object.getString("type") : exporter))
                    .toList();
            (ofFile.isEmpty() ? List.<Object>of(type) : ofFile).forEach(chosen::add);
        }
        return chosen;
    }

    private boolean fill(JsonObject exporter) throws ConfigException {
        JsonObject was = exporter.copy();
        switch (exporter.getString("type")) {
            case ExporterSettings.JAEGER -> jaeger(exporter);
            case ExporterSettings.OTLP -> otlp(exporter);
            default -> {}
        }
        return !exporter.equals(was);
    }

    private void jaeger(JsonObject exporter) throws ConfigException {
        String endpoint = variables.first("otel.exporter.jaeger.endpoint");
        if (endpoint != null) {
            exporter.put("endpoint", variables.url(endpoint).toString());
        }
        String timeout = variables.first("otel.exporter.jaeger.timeout");
        if (timeout != null) {
            exporter.put("timeout", variables.duration(timeout));
        }
    }

    private void otlp(JsonObject exporter) throws ConfigException {
        String protocol = otlp("protocol");
        if (protocol != null) {
            exporter.put("protocol", variables.oneOf(protocol, ExporterSettings.PROTOCOLS));
        }
        endpoint(exporter);
        String headers = otlp("headers");
        if (headers != null) {
            exporter.put("headers", new JsonObject(variables.headers(headers)));
        }
        String compression = otlp("compression");
        if (compression != null) {
            exporter.put("compression", variables.oneOf(compression, ExporterSettings.COMPRESSIONS));
        }
        String timeout = otlp("timeout");
        if (timeout != null) {
            exporter.put("timeout", variables.duration(timeout));
        }
        file(exporter, "certificate", otlp("certificate"));
        file(exporter, "clientKey", otlp("client.key"));
        file(exporter, "clientCertificate", otlp("client.certificate"));
    }

    private void endpoint(JsonObject exporter) throws ConfigException {
        String name = otlp("endpoint");
        if (name == null) {
            return;
        }
        URI endpoint = variables.url(name);
        // The general endpoint is the base URL of all signals. That for traces has a path of its own, if any.
        boolean base = !name.contains("traces") && ExporterSettings.HTTP.equals(exporter.getString("protocol"));
        exporter.put("endpoint", base ? Urls.append(endpoint, "/v1/traces") : endpoint.toString());
    }

    private void file(JsonObject exporter, String key, String name) throws ConfigException {
        if (name != null) {
            exporter.put(key, variables.file(name));
        }
    }

    /** Returns the OTLP variable; the one for traces has precedence over the general one. */
    private String otlp(String what) {
        return variables.first("otel.exporter.otlp.traces." + what, "otel.exporter.otlp." + what);
    }
}
