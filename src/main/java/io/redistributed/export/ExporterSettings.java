package io.redistributed.export;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one exporter is and where it exports to.
 *
 * @param endpoint a URL, null for {@code store}
 * @param protocol {@link #GRPC} or {@link #HTTP}, null for {@code store}
 */
record ExporterSettings(String type, String endpoint, String protocol, Map<String, String> headers) {

    static final String STORE = "store";
    static final String JAEGER = "jaeger";
    static final String OTLP = "otlp";
    static final String GRPC = "grpc";
    static final String HTTP = "http/protobuf";

    private static final List<String> TYPES = List.of(STORE, JAEGER, OTLP);
    private static final ExporterSettings TO_STORE = new ExporterSettings(STORE, null, null, Map.of());

    /** @param value the name of a type, or an object with it as {@code type} */
    static ExporterSettings from(Object value, String path) {
        JsonObject json;
        if (value instanceof String name) {
            json = JsonObject.of("type", name);
        } else if (value instanceof JsonObject object) {
            json = object;
        } else {
            throw new IllegalArgumentException(path + ": " + value + " is neither the name of an exporter nor an object"
                    + " with its type; the exporters are " + String.join(", ", TYPES));
        }
        Settings settings = new Settings(json, path + '.');
        return switch (settings.oneOf("type", null, TYPES)) {
            case JAEGER -> jaeger(settings.allowing("type", "endpoint"));
            case OTLP -> otlp(settings.allowing("type", "endpoint", "protocol", "headers"));
            default -> {
                settings.allowing("type");
                yield TO_STORE;
            }
        };
    }

    private static ExporterSettings jaeger(Settings settings) {
        return new ExporterSettings(JAEGER, endpoint(settings, "http://localhost:14250"), GRPC, Map.of());
    }

    private static ExporterSettings otlp(Settings settings) {
        String protocol = settings.oneOf("protocol", GRPC, List.of(GRPC, HTTP));
        String endpoint = endpoint(settings, protocol.equals(GRPC) ? "http://localhost:4317" : "http://localhost:4318");
        if (protocol.equals(HTTP)
                && List.of("", "/").contains(URI.create(endpoint).getPath())) {
            endpoint = URI.create(endpoint).resolve("/v1/traces").toString();
        }
        Map<String, String> headers = new TreeMap<>();
        for (Map.Entry<String, Object> header : settings.object("headers")) {
            if (!(header.getValue() instanceof String text)) {
                throw settings.bad("headers." + header.getKey(), header.getValue(), "a string");
            }
            headers.put(header.getKey(), text);
        }
        return new ExporterSettings(OTLP, endpoint, protocol, headers);
    }

    private static String endpoint(Settings settings, String fallback) {
        String endpoint = settings.string("endpoint", fallback);
        try {
            URI uri = new URI(endpoint);
            if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
                return endpoint;
            }
        } catch (URISyntaxException e) {
            throw settings.bad("endpoint", endpoint, "a URL: " + e.getMessage());
        }
        throw settings.bad("endpoint", endpoint, "a URL that starts with http:// or https:// and has a host");
    }

    /** As in the log. */
    String label() {
        return endpoint == null ? type : type + ' ' + endpoint;
    }
}
