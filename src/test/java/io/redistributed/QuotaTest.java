package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.auth.ApiKey;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits of callers, each of which has one of them. */
class QuotaTest {

    private static final String ENDLESS = "/reports?type=simulated&duration=60m";

    private static final Map<String, String> keys = new HashMap<>();

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        JsonArray callers = new JsonArray()
                .add(caller("slow", JsonObject.of("requestsPerSecond", 1)))
                .add(caller("few", JsonObject.of("unfinished", 2)))
                .add(caller("again", JsonObject.of("unfinished", 1)))
                .add(caller("many", JsonObject.of("unfinished", 1)))
                .add(caller("small", JsonObject.of("unfinishedBytes", "1KiB")))
                .add(caller("reader", JsonObject.of("streams", 1)))
                .add(caller("hasty", JsonObject.of("waits", 1)))
                .add(caller("patient", JsonObject.of("waits", 1)))
                .add(caller("meek", JsonObject.of("maxPriority", 4)))
                .add(caller("free", new JsonObject()));
        redis = RedisServer.start();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                auth: { callers: %s }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", config: { slots: 100, drain: 1ms } }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis.url(), callers));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    private static JsonObject caller(String name, JsonObject limits) {
        String key = ApiKey.random();
        keys.put(name, key);
        return JsonObject.of(
                "name",
                name,
                "keys",
                JsonArray.of(ApiKey.hash(key)),
                "rights",
                JsonArray.of("submit", "read"),
                "limits",
                limits);
    }

    @Test
    void requestsPerSecond() {
        List<HttpResponse<String>> responses = IntStream.range(0, 60)
                .mapToObj(i -> client.get("/report-types", bearer("slow")))
                .toList();

        assertThat(responses.get(0).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = responses.stream()
                .filter(response -> response.statusCode() == 429)
                .findFirst()
                .orElseThrow();
        assertThat(refused.headers().firstValue("retry-after")).contains("1");
        assertThat(refused.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(refused.body()).contains("key:slow");
        assertThat(client.get("/report-types", bearer("free")).statusCode()).isEqualTo(200);
    }

    @Test
    void unfinishedReports() {
        String first = client.submit(ENDLESS, "", bearer("few"));
        client.submit(ENDLESS, "", bearer("few"));

        HttpResponse<String> refused = client.post(ENDLESS, "", bearer("few"));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("retry-after")).contains("1");
        client.submit(ENDLESS, "", bearer("free"));

        client.send("DELETE", "/reports/" + first, BodyPublishers.noBody(), bearer("few"));
        eventually(
                () -> client.post("/reports?type=simulated", "", bearer("few")).statusCode() == 202);
    }

    @Test
    void repeatedRequestIsNotCounted() {
        String quick = "/reports?type=simulated&duration=1ms";
        String[] repeatable = {"authorization", "Bearer " + keys.get("again"), "idempotency-key", "once"};
        String id = client.submit(quick, "", repeatable);
        eventually(() -> client.post(quick, "", repeatable).statusCode() == 202
                && client.get("/reports/" + id, bearer("again")).body().contains("\"done\""));

        assertThat(client.post(quick, "", repeatable).statusCode()).isEqualTo(202);
        client.submit(ENDLESS, "", bearer("again"));
    }

    /** All are admitted before the first is read. */
    @Test
    void requestsAtOnce() throws Exception {
        String body = "[{\"type\":\"simulated\",\"parameters\":{\"duration\":\"60m\"}}]";
        List<RawConnection> connections = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RawConnection connection = new RawConnection(service.port());
            connections.add(connection);
            connection.send("POST /reports/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Authorization: Bearer " + keys.get("many") + "\r\nExpect: 100-continue\r\nConnection: close\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n");
            assertThat(connection.head().status()).isEqualTo(100);
        }

        List<Integer> statuses = new ArrayList<>();
        for (RawConnection connection : connections) {
            connection.send(body);
            statuses.add(connection.answer().status());
            connection.close();
        }

        assertThat(statuses).containsExactly(202, 429, 429, 429, 429);
    }

    @Test
    void bytesOfUnfinishedReports() {
        client.submit(ENDLESS, "x".repeat(2_000), bearer("small"));

        assertThat(client.post("/reports?type=simulated", "", bearer("small")).statusCode())
                .isEqualTo(429);
    }

    @Test
    void eventStreams() throws Exception {
        HttpResponse<InputStream> stream = client.open("/events", bearer("reader"));

        assertThat(client.head("GET", "/events", bearer("reader")).statusCode()).isEqualTo(429);
        stream.body().close();
        eventually(() -> client.head("GET", "/events", bearer("reader")).statusCode() == 200);
    }

    @Test
    void longPolls() {
        String id = client.submit(ENDLESS, "", bearer("hasty"));
        CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> awaited(id));

        eventually(() ->
                client.get("/reports/" + id + "?wait=1ms", bearer("hasty")).statusCode() == 429);
        assertThat(client.get("/reports/" + id, bearer("hasty")).statusCode()).isEqualTo(200);
        client.send("DELETE", "/reports/" + id, BodyPublishers.noBody(), bearer("hasty"));
        assertThat(waiting.join().statusCode()).isEqualTo(200);
    }

    @Test
    void longPollsOfTraces() {
        String path = "/traces/11111111111111111111111111111111";
        Supplier<Integer> poll =
                () -> client.get(path + "?wait=20s", bearer("patient")).statusCode();
        ExecutorService clients = Executors.newFixedThreadPool(2);

        Object refused = CompletableFuture.anyOf(
                        CompletableFuture.supplyAsync(poll, clients), CompletableFuture.supplyAsync(poll, clients))
                .join();
        int byDefault = client.get(path, bearer("patient")).statusCode();
        clients.shutdownNow();

        assertThat(refused).isEqualTo(429);
        assertThat(byDefault).isEqualTo(404);
    }

    /** A request of the test may hold the only place for a moment. */
    private static HttpResponse<String> awaited(String id) {
        HttpResponse<String> response = client.get("/reports/" + id + "?wait=29s", bearer("hasty"));
        return response.statusCode() == 429 ? awaited(id) : response;
    }

    @Test
    void priority() {
        client.submit("/reports?type=simulated&priority=4", "", bearer("meek"));

        try (LogCapture log = new LogCapture()) {
            assertThat(client.post("/reports?type=simulated&priority=5", "", bearer("meek"))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(log.complaints())
                    .anyMatch(line -> line.contains("denied caller=key:meek") && line.contains("0 to 4, not 5"));
        }
        HttpResponse<String> batch = client.post(
                "/reports/batch", "[{\"type\":\"simulated\"},{\"type\":\"simulated\",\"priority\":9}]", bearer("meek"));
        assertThat(batch.statusCode()).isEqualTo(403);
        assertThat(batch.body()).contains("key:meek may use 0 to 4, not 9");
        JsonArray stored = new JsonObject(client.get("/reports", bearer("meek")).body()).getJsonArray("reports");
        assertThat(stored).hasSize(1);
        client.submit("/reports?type=simulated&priority=9", "", bearer("free"));
    }

    private static String[] bearer(String caller) {
        return new String[] {"authorization", "Bearer " + keys.get(caller)};
    }
}
