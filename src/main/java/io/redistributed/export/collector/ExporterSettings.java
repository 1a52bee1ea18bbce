package io.redistributed.export.collector;

import io.redistributed.settings.Settings;
import io.redistributed.settings.Urls;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The type and the destination of one exporter.
 *
 * @param endpoint a URL, null for {@code store}
 * @param protocol {@link #GRPC} or {@link #HTTP}, null for {@code store}
 * @param compression {@code gzip} or {@code none}
 * @param timeout of one attempt
 */
public record ExporterSettings(
        String type,
        String endpoint,
        String protocol,
        Map<String, String> headers,
        TlsSettings tls,
        String compression,
        Duration timeout) {

    public static final String STORE = "store";
    public static final String JAEGER = "jaeger";
    public static final String OTLP = "otlp";
    public static final String GRPC = "grpc";
    public static final String HTTP = "http/protobuf";

    public static final Duration SHORTEST = Duration.ofMillis(1);
    public static final Duration LONGEST = Duration.ofHours(24);

    public static final List<String> TYPES = List.of(STORE, JAEGER, OTLP);
    private static final String[] JAEGER_KEYS = {
        "type", "endpoint", "certificate", "clientKey", "clientCertificate", "timeout"
    };
    private static final String[] OTLP_KEYS = {
        "type",
        "endpoint",
        "protocol",
        "headers",
        "certificate",
        "clientKey",
        "clientCertificate",
        "compression",
        "timeout"
    };
    public static final List<String> PROTOCOLS = List.of(GRPC, HTTP);
    public static final List<String> COMPRESSIONS = List.of("none", "gzip");

    /**
     * @param value the name of a type, or an object with the key {@code type}
     * @param timeout the default
     */
    public static ExporterSettings from(Object value, String path, Duration timeout) {
        JsonObject json;
        if (value instanceof String name) {
            json = JsonObject.of("type", name);
        } else if (value instanceof JsonObject object) {
            json = object;
        } else {
            throw new IllegalArgumentException(path + ": must be the name of an exporter or an object"
                    + " with the key type; the exporters are " + String.join(", ", TYPES));
        }
        Settings settings = new Settings(json, path + '.');
        return switch (settings.oneOf("type", null, TYPES)) {
            case JAEGER ->
                collector(
                        JAEGER,
                        endpoint(settings.allowing(JAEGER_KEYS), "http://localhost:14250"),
                        GRPC,
                        settings,
                        timeout);
            case OTLP -> {
                String protocol = settings.allowing(OTLP_KEYS).oneOf("protocol", GRPC, PROTOCOLS);
                yield collector(OTLP, otlpEndpoint(settings, protocol), protocol, settings, timeout);
            }
            default -> {
                settings.allowing("type");
                yield new ExporterSettings(STORE, null, null, Map.of(), TlsSettings.NONE, "none", timeout);
            }
        };
    }

    private static ExporterSettings collector(
            String type, String endpoint, String protocol, Settings settings, Duration timeout) {
        return new ExporterSettings(
                type,
                endpoint,
                protocol,
                headers(settings),
                TlsSettings.from(settings),
                settings.oneOf("compression", "none", COMPRESSIONS),
                settings.duration("timeout", timeout, SHORTEST, LONGEST));
    }

    private static String otlpEndpoint(Settings settings, String protocol) {
        String endpoint = endpoint(settings, protocol.equals(GRPC) ? "http://localhost:4317" : "http://localhost:4318");
        URI url = URI.create(endpoint);
        boolean bare = List.of("", "/").contains(url.getPath());
        return protocol.equals(HTTP) && bare ? Urls.append(url, "/v1/traces") : endpoint;
    }

    private static Map<String, String> headers(Settings settings) {
        Map<String, String> headers = new TreeMap<>();
        for (Map.Entry<String, Object> header : settings.object("headers")) {
            if (!(header.getValue() instanceof String text)) {
                throw settings.badSecret("headers." + header.getKey(), "a string");
            }
            if (header.getKey().isEmpty() || !isHeader(header.getKey(), text)) {
                throw settings.badSecret(
                        "headers." + header.getKey(), "a header of HTTP, without control characters or line breaks");
            }
            headers.put(header.getKey(), text);
        }
        return headers;
    }

    private static boolean isHeader(String name, String value) {
        try {
            new RequestOptions().putHeader(name, value);
            return !name.startsWith(":")
                    && (!name.equalsIgnoreCase("host") || HostAndPort.parseAuthority(value, -1) != null);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String endpoint(Settings settings, String fallback) {
        String endpoint = settings.string("endpoint", fallback);
        if (Urls.parseHttp(endpoint).isEmpty()) {
            throw settings.badSecret("endpoint", Urls.HTTP);
        }
        return endpoint;
    }

    boolean isSecure() {
        return endpoint.startsWith("https:");
    }

    boolean isCompressed() {
        return compression.equals("gzip");
    }

    URI url() {
        return URI.create(endpoint);
    }

    public String host() {
        return url().getHost();
    }

    /** Returns the port of the endpoint, or the one that its scheme has. */
    public int port() {
        int port = url().getPort();
        int standard = isSecure() ? 443 : 80;
        return port < 0 ? standard : port;
    }

    /** Returns the name for the log, without credentials. */
    public String label() {
        return endpoint == null ? type : type + ' ' + origin();
    }

    /** Returns the origin of the collector's URL, without parts that may hold credentials. */
    public String origin() {
        return Urls.origin(url());
    }
}
