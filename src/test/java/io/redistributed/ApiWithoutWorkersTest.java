package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An API node alone, with a queue of two places. */
class ApiWithoutWorkersTest {

    private static final String TYPES = "{rd:0}:types";

    private RedisServer redis;
    private Service service;
    private ApiClient client;

    @BeforeEach
    void start() {
        redis = RedisServer.start();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                queue: { maxWaiting: 2 }
                verticles:
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis.url()));
        client = service.client();
    }

    @AfterEach
    void stop() {
        service.close();
        redis.close();
    }

    @Test
    void batchIsAcceptedUpToQueueLimit() {
        HttpResponse<String> response = client.post("/reports/batch", batch(5));
        assertThat(response.statusCode()).isEqualTo(202);
        JsonArray reports = new JsonObject(response.body()).getJsonArray("reports");
        assertThat(reports).hasSize(5);
        for (int i = 0; i < 5; i++) {
            JsonObject report = reports.getJsonObject(i);
            assertThat(report.getString("type")).isEqualTo("anything");
            if (i < 2) {
                assertThat(new JsonObject(client.get("/reports/" + report.getString("id"))
                                        .body())
                                .getString("state"))
                        .isEqualTo("queued");
            } else {
                assertThat(report.getString("error")).contains("2");
                assertThat(report.containsKey("id")).isFalse();
            }
        }
    }

    @Test
    void fullQueueIsAnsweredWithRetryAfter() {
        client.post("/reports/batch", batch(2));
        for (HttpResponse<String> response :
                List.of(client.post("/reports?type=anything", ""), client.post("/reports/batch", batch(3)))) {
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(response.headers().firstValue("retry-after")).isPresent();
        }
    }

    @Test
    void waitingReportHasNoWorker() {
        String id = client.submit("/reports?type=anything&top=1", "");
        JsonObject report =
                new JsonObject(client.get("/reports/" + id + "?wait=10ms").body());
        assertThat(report.getString("state")).isEqualTo("queued");
        assertThat(report.getInteger("attempt")).isZero();
        assertThat(report.containsKey("worker")).isFalse();
        assertThat(report.containsKey("started")).isFalse();
    }

    @Test
    void longPollEndsWhenServiceStops() {
        String id = client.submit("/reports?type=anything", "");
        CompletableFuture<HttpResponse<String>> waiting =
                CompletableFuture.supplyAsync(() -> client.get("/reports/" + id + "?wait=20s"));
        await().until(() -> !((List<?>) redis.cli("PUBSUB", "CHANNELS", "*:ended")).isEmpty());
        service.close();
        assertThat(waiting).succeedsWithin(Duration.ofSeconds(10));
        assertThat(waiting.join().statusCode()).isEqualTo(200);
        assertThat(new JsonObject(waiting.join().body()).getString("state")).isEqualTo("queued");
    }

    @Test
    void changedSchemaAppliesOnceAnnounced() {
        announce("t", "{\"parameters\": {\"properties\": {\"a\": {}}, \"additionalProperties\": false}}");
        assertThat(client.post("/reports?type=t&a=1", "").statusCode()).isEqualTo(202);
        assertThat(client.post("/reports?type=t&b=1", "").statusCode()).isEqualTo(400);
        announce("t", "{\"parameters\": {\"properties\": {\"b\": {}}, \"additionalProperties\": false}}");
        assertThat(client.post("/reports?type=t&b=1", "").statusCode()).isEqualTo(202);
    }

    @Test
    void reportWithoutWorkersSaysSo() {
        HttpResponse<String> response = client.post("/reports?type=anything", "");
        assertThat(new JsonObject(response.body()).getInteger("workers")).isZero();
        assertThat(types()).singleElement().satisfies(type -> assertThat(type.getMap())
                .containsEntry("type", "anything")
                .containsEntry("workers", 0)
                .containsEntry("waiting", 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "5",
                "{\"title\": []}",
                "{\"parameters\": 5}",
                "{\"operators\": \"true\"}",
                "{\"operators\": null}",
                "{\"parameters\": {\"type\": 7, \"properties\": []}}",
                "{\"parameters\": {\"$ref\": \"URL/s.json\"}}",
                "{\"parameters\": {\"$ref\": \"file:///etc/passwd\"}}",
                "{\"parameters\": {\"$ref\": \"#\"}}",
                "{\"parameters\": {\"$dynamicRef\": \"URL/s.json\"}}",
                "{\"parameters\": {\"$schema\": \"URL/s.json\"}}",
                "{\"parameters\": {\"properties\": {\"a\": {\"$id\": \"URL/\", \"$ref\": \"s.json\"}}}}",
                "{\"parameters\": {\"properties\": {\"a\": {\"pattern\": \"(\"}}}}"
            })
    void unusableTypeIsOmitted(String description) throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(200, -1);
        });
        elsewhere.start();
        try (LogCapture log = new LogCapture()) {
            announce("good", "{\"parameters\": {\"properties\": {\"a\": {\"type\": \"integer\"}}}}");
            announce(
                    "odd",
                    description.replace(
                            "URL", "http://127.0.0.1:" + elsewhere.getAddress().getPort()));
            redis.cli("HSET", "{rd:0}:announcers", "odd", "w-7");

            assertThat(client.post("/reports?type=good&a=1", "").statusCode()).isEqualTo(202);
            HttpResponse<String> refused = client.post("/reports?type=odd&a=1", "");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("'odd' is unusable").contains("allowed are good");
            assertThat(types()).extracting(type -> type.getString("type")).containsExactly("good");
            assertThat(log.complaints())
                    .anyMatch(line -> line.contains("Ignored invalid report type 'odd' of worker w-7"));
            assertThat(asked).isEmpty();
        } finally {
            elsewhere.stop(0);
        }
    }

    @Test
    void hostilePatternIsMatchedQuickly() {
        announce("slow", "{\"parameters\": {\"properties\": {\"a\": {\"pattern\": \"^(a+)+$\"}}}}");
        String parameters = new JsonObject().put("a", "a".repeat(10_000) + "!").encode();
        HttpResponse<String> response =
                client.post("/reports", "{\"type\":\"slow\",\"parameters\":" + parameters + "}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("parameters.a");
    }

    private List<JsonObject> types() {
        return new JsonObject(client.get("/report-types").body())
                .getJsonArray("types").stream().map(JsonObject.class::cast).toList();
    }

    private void announce(String type, String description) {
        redis.cli("HSET", TYPES, type, description);
    }

    private static String batch(int size) {
        return new JsonArray(Collections.nCopies(size, new JsonObject().put("type", "anything"))).encode();
    }
}
