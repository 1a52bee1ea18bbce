package io.redistributed.conformance;

import io.redistributed.config.Application;
import io.redistributed.config.ConfigFile;
import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** A Redis and an API node in this process: the queue as a worker meets it. */
final class QueueSide implements AutoCloseable {

    /** Attempts of a report that fails with a retryable error. */
    static final int MAX_ATTEMPTS = 2;

    private static final String QUEUE =
            "{ lease: 2s, maxAttempts: " + MAX_ATTEMPTS + ", maxCrashes: 5, backoff: 100ms }";

    private final RedisServer redis = RedisServer.start();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port = Ports.free();
    private final Application application;

    QueueSide() throws Exception {
        Path file = Files.createTempFile("conformance", ".yaml");
        try {
            Files.writeString(file, """
                    redis: { endpoints: ["%s"] }
                    queue: %s
                    verticles:
                      - { name: "java:io.redistributed.export.JaegerExporterVerticle", config: { delay: 50ms } }
                      - { name: "java:io.redistributed.api.HttpVerticle", config: { port: %d } }
                    """.formatted(redis.url(), QUEUE, port));
            application = Application.start(ConfigFile.read(file, Map.of(), Map.of()), "conformance");
        } finally {
            Files.delete(file);
        }
    }

    /**
     * What the worker finds in its environment; the variables of the service are for Java workers.
     *
     * @param redisPort where it finds Redis
     */
    Map<String, String> environment(int redisPort) {
        String receiver = "http://127.0.0.1:" + port;
        // A name, which the worker has to resolve at each connect.
        String url = "redis://localhost:" + redisPort;
        return Map.of(
                "REDIS_URL",
                url,
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                receiver,
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                "http/protobuf",
                "OTEL_BSP_SCHEDULE_DELAY",
                "100",
                "REDISTRIBUTED_REDIS_ENDPOINTS",
                "['" + url + "']",
                "REDISTRIBUTED_QUEUE",
                QUEUE,
                "REDISTRIBUTED_TRACING_EXPORTERS",
                "[{ type: otlp, protocol: http/protobuf, endpoint: '" + receiver + "' }]");
    }

    RedisServer redis() {
        return redis;
    }

    /** The id of a report of the type {@code conformance}. */
    String submit(JsonObject parameters, byte[] input) throws Exception {
        StringBuilder query = new StringBuilder("/reports?type=conformance");
        parameters.forEach(parameter ->
                query.append('&').append(parameter.getKey()).append('=').append(parameter.getValue()));
        return new JsonObject(text("POST", query.toString(), input)).getString("id");
    }

    JsonObject report(String id) throws Exception {
        return new JsonObject(text("GET", "/reports/" + id, new byte[0]));
    }

    byte[] result(String id) throws Exception {
        return bytes("GET", "/reports/" + id + "/result", new byte[0]);
    }

    void cancel(String id) throws Exception {
        bytes("DELETE", "/reports/" + id, new byte[0]);
    }

    /** The spans of a report's trace that are stored by now. */
    List<JsonObject> spans(String id) throws Exception {
        return objects(new JsonObject(text("GET", "/traces/" + report(id).getString("traceId"), new byte[0]))
                .getJsonArray("spans"));
    }

    List<JsonObject> workers() throws Exception {
        return objects(new JsonObject(text("GET", "/workers", new byte[0])).getJsonArray("workers"));
    }

    /** The description of the type, as a worker has announced it; null if none has. */
    JsonObject type() throws Exception {
        return new JsonObject(text("GET", "/report-types", new byte[0]))
                .getJsonArray("types").stream()
                        .map(JsonObject.class::cast)
                        .filter(type -> type.getString("type").equals("conformance"))
                        .findFirst()
                        .orElse(null);
    }

    void publish(String channel, byte[] message) throws IOException {
        try (RedisCli cli = redis.connect()) {
            cli.sendBytes(List.of(
                    "PUBLISH".getBytes(StandardCharsets.UTF_8), channel.getBytes(StandardCharsets.UTF_8), message));
            cli.read();
        }
    }

    /** Waits until it holds. */
    static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 20 s: " + what);
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        application.close();
        redis.close();
    }

    private String text(String method, String path, byte[] body) throws Exception {
        return new String(bytes(method, path, body), StandardCharsets.UTF_8);
    }

    /** Redis may be away for a moment. */
    private byte[] bytes(String method, String path, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .header("content-type", "text/csv")
                .method(method, BodyPublishers.ofByteArray(body))
                .build();
        for (int tries = 1; ; tries++) {
            var response = http.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() < 300) {
                return response.body();
            } else if (response.statusCode() < 500 || tries == 20) {
                throw new AssertionError(method + " " + path + ": " + response.statusCode() + " "
                        + new String(response.body(), StandardCharsets.UTF_8));
            }
            Thread.sleep(100L * tries);
        }
    }

    private static List<JsonObject> objects(JsonArray array) {
        return IntStream.range(0, array.size()).mapToObj(array::getJsonObject).toList();
    }
}
