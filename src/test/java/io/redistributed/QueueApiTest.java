package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cancel, retry, list, idempotency, priority and timeout through the API. */
class QueueApiTest {

    private static final String KEY = "idempotency-key";
    private static final String ENDLESS = "/reports?type=simulated&duration=60m";
    private static final RedisServer redis = RedisServer.start();

    private static Service service;
    private static ApiClient client;
    private LogCapture log;

    @BeforeAll
    static void start() {
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                queue: { lease: 1s, maxWaiting: 50 }
                verticles:
                  - { name: "java:io.redistributed.generate.SummaryGenerator" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", config: { slots: 2 } }
                  - { name: "java:io.redistributed.api.HttpVerticle", instances: 2, config: { port: PORT } }
                """.formatted(redis.url()));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @BeforeEach
    void listen() {
        log = new LogCapture();
    }

    @AfterEach
    void leavesNothingAndLogsNoWarning() {
        for (String state : List.of("queued", "running")) {
            for (JsonObject report : reports("/reports?limit=200&state=" + state)) {
                delete(report.getString("id"));
                client.ended(report.getString("id"));
            }
        }
        log.close();
        assertThat(log.complaints()).isEmpty();
    }

    @Test
    void concurrentEqualRequestsAreOneReport() {
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 50)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> client.post(ENDLESS, "", KEY, "fifty"), threads))
                    .toList();

            List<HttpResponse<String>> all =
                    answers.stream().map(CompletableFuture::join).toList();

            assertThat(all).extracting(HttpResponse::statusCode).containsOnly(202);
            assertThat(all.stream().map(HttpResponse::body).distinct()).hasSize(1);
            assertThat(all.stream()
                            .map(answer -> answer.headers().firstValue("location"))
                            .distinct())
                    .hasSize(1);
            assertThat(reports("/reports?type=simulated&state=running")).hasSize(1);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void repeatedRequestHasSameAnswerAfterEnd() {
        HttpResponse<String> first = client.post("/reports?type=simulated", "", KEY, "ended");
        client.ended(new JsonObject(first.body()).getString("id"));

        assertThat(client.post("/reports?type=simulated", "", KEY, "ended").body())
                .isEqualTo(first.body());
    }

    @Test
    void sameKeyForOtherRequestIsRejected() {
        String id = client.submit("/reports", "{\"type\":\"simulated\"}", KEY, "taken");

        for (HttpResponse<String> answer : List.of(
                client.post("/reports", "{\"type\":\"simulated\",\"priority\":1}", KEY, "taken"),
                client.post("/reports?type=simulated", "", KEY, "taken"))) {
            assertThat(problem(answer, 422))
                    .isEqualTo("the idempotency key was used for report " + id
                            + ", which another request made; use a new key");
        }
    }

    @Test
    void batchWithKeyIsAcceptedOnce() {
        String two = "[{\"type\":\"simulated\"},{\"type\":\"simulated\"}]";
        HttpResponse<String> first = client.post("/reports/batch", two, KEY, "batch");
        assertThat(first.statusCode()).isEqualTo(202);
        JsonArray reports = new JsonObject(first.body()).getJsonArray("reports");
        assertThat(reports.stream().distinct()).hasSize(2);

        HttpResponse<String> again = client.post("/reports/batch", two, KEY, "batch");
        assertThat(new JsonObject(again.body()).getJsonArray("reports")).isEqualTo(reports);
        int before = reports("/reports?limit=200").size();
        for (String other : List.of(
                "[{\"type\":\"simulated\"}]",
                "[{\"type\":\"simulated\"},{\"type\":\"simulated\"},{\"type\":\"simulated\"}]")) {
            problem(client.post("/reports/batch", other, KEY, "batch"), 422);
        }
        assertThat(reports("/reports?limit=200")).hasSize(before);
        problem(client.post("/reports", "{\"type\":\"simulated\"}", KEY, "batch"), 422);
        client.submit("/reports", "{\"type\":\"simulated\"}", KEY, "single");
        problem(client.post("/reports/batch", two, KEY, "single"), 422);
    }

    @ParameterizedTest
    @CsvSource({"0, 400", "1, 202", "255, 202", "256, 400"})
    void keyHas1To255Characters(int length, int status) {
        for (String path : List.of("/reports", "/reports/batch")) {
            String key = (path.equals("/reports") ? "k" : "b").repeat(length);
            String report = "{\"type\":\"simulated\"}";
            HttpResponse<String> answer =
                    client.post(path, path.equals("/reports") ? report : "[" + report + "]", KEY, key);
            assertThat(answer.statusCode()).isEqualTo(status);
            if (status == 400) {
                assertThat(problem(answer, 400))
                        .isEqualTo("Idempotency-Key: an idempotency key has 1 to 255 characters, not " + length);
            }
        }
    }

    @Test
    void cancelOfRunningReportEndsLongPoll() {
        String id = client.submit(ENDLESS, "");
        CompletableFuture<JsonObject> waiting = CompletableFuture.supplyAsync(() -> client.ended(id));

        HttpResponse<String> answer = delete(id);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(new JsonObject(answer.body()).getString("id")).isEqualTo(id);
        assertThat(waiting.orTimeout(20, TimeUnit.SECONDS).join().getString("state"))
                .isEqualTo("cancelled");
        HttpResponse<String> again = delete(id);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(again.body()).getString("state")).isEqualTo("cancelled");
        assertThat(problem(client.get("/reports/" + id + "/result"), 409)).isEqualTo("report " + id + " was cancelled");
        assertThat(client.ended(client.submit("/reports?type=simulated", "")).getString("state"))
                .isEqualTo("done");
    }

    @Test
    void cancelsWaitingReportAtOnce() {
        client.submit(ENDLESS, "");
        client.submit(ENDLESS, "");
        String id = client.submit(ENDLESS, "");

        HttpResponse<String> answer = delete(id);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getString("state")).isEqualTo("cancelled");
    }

    @Test
    void endedOrUnknownReportIsNotCancelled() {
        String done = client.submit("/reports?type=simulated", "");
        client.ended(done);
        String failed = client.submit("/reports?type=summary", "");
        client.ended(failed);

        assertThat(problem(delete(done), 409)).isEqualTo("report " + done + " is already done");
        assertThat(new JsonObject(delete(failed).body()).getString("state")).isEqualTo("failed");
        problem(delete("0-unknown"), 404);
        problem(delete("*"), 404);
    }

    @Test
    void retriesFailedReport() {
        String id = client.submit("/reports?type=summary", "a\n\"");
        assertThat(client.ended(id).getInteger("attempt")).isEqualTo(1);

        HttpResponse<String> answer = retry(id);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(new JsonObject(answer.body()).getString("id")).isEqualTo(id);
        JsonObject again = client.ended(id);
        assertThat(again.getString("state")).isEqualTo("failed");
        assertThat(again.getInteger("attempt")).isEqualTo(2);
        assertThat(again.getJsonArray("errors")).hasSize(2);
    }

    @Test
    void runningDoneOrUnknownReportIsNotRetried() {
        String running = client.submit(ENDLESS, "");
        String done = client.submit("/reports?type=simulated", "");
        client.ended(done);

        assertThat(problem(retry(running), 409))
                .isEqualTo("report " + running
                        + " cannot be retried: it is running; only a failed or cancelled report can be retried");
        assertThat(problem(retry(done), 409)).contains("it is done");
        problem(retry("0-unknown"), 404);
        problem(retry("*"), 404);
    }

    @Test
    void fullQueueRejectsSubmitAndRetry() {
        String cancelled = client.submit(ENDLESS, "");
        delete(cancelled);
        client.ended(cancelled);
        for (int i = 0; i < 52; i++) {
            client.submit(ENDLESS, "");
        }

        for (HttpResponse<String> answer : List.of(
                client.post(ENDLESS, ""),
                client.post("/reports/batch", "[{\"type\":\"simulated\"}]", KEY, "full"),
                retry(cancelled))) {
            assertThat(problem(answer, 429)).isEqualTo("the queue is full: 50 reports are waiting");
            assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
        }
        assertThat(reports("/reports?limit=200&state=queued")).hasSize(50);
    }

    @Test
    void listsPages() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ids.add(0, client.submit("/reports?type=summary", "a\n1\n"));
        }
        ids.forEach(client::ended);

        List<String> seen = new ArrayList<>();
        String cursor = "";
        while (seen.size() < 7) {
            JsonObject page = new JsonObject(client.get("/reports?type=summary&state=done&limit=3&cursor=" + cursor)
                    .body());
            for (Object report : page.getJsonArray("reports")) {
                seen.add(((JsonObject) report).getString("id"));
            }
            cursor = page.getString("cursor");
        }

        assertThat(seen.subList(0, 7)).isEqualTo(ids);
        assertThat(reports("/reports?limit=1").get(0))
                .isEqualTo(new JsonObject(client.get("/reports/" + ids.get(0)).body()));
        assertThat(reports("/reports?type=nope")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "state=ended | state: \"ended\" is not one of queued, running, done, failed, cancelled",
                "state=DONE | state: \"DONE\" is not one of",
                "state= | state: \"\" is not one of",
                "limit=0 | limit: 0 is not from 1 to 200",
                "limit=201 | limit: 201 is not from 1 to 200",
                "limit=-1 | limit: \"-1\" is not a whole number from 1 to 200",
                "limit=many | limit: \"many\" is not a whole number from 1 to 200",
                "limit= | limit: \"\" is not a whole number",
                "cursor=x | cursor: \"x\" is not the cursor of a page",
                "cursor=-inf | cursor: \"-inf\" is not the cursor of a page",
                "offset=1 | offset: unknown query parameter; allowed are cursor, limit, state, type",
                "state=done&state=failed | state: given more than once",
            })
    void rejectsBadListParameters(String query, String detail) {
        assertThat(problem(client.get("/reports?" + query), 400)).startsWith(detail);
    }

    @Test
    void runsHigherPriorityFirst() {
        client.submit(ENDLESS, "");
        String blocker = client.submit(ENDLESS, "");
        String low = client.submit(ENDLESS, "");
        String raw = client.submit(ENDLESS + "&priority=1", "");
        String json = client.submit(
                "/reports", "{\"type\":\"simulated\",\"parameters\":{\"duration\":\"60m\"},\"priority\":9}");

        List<String> taken = new ArrayList<>();
        for (String id : List.of(blocker, json, raw)) {
            delete(id);
            client.ended(id);
            taken.add(List.of(low, raw, json).stream()
                    .filter(other -> !taken.contains(other))
                    .filter(other -> state(other).equals("running"))
                    .findFirst()
                    .orElseThrow());
        }

        assertThat(taken).containsExactly(json, raw, low);
    }

    @Test
    @Tag("slow")
    void attemptEndsAtTimeout() {
        String raw = client.submit(ENDLESS + "&timeout=100ms", "");
        String json = client.submit(
                "/reports", "{\"type\":\"simulated\",\"parameters\":{\"duration\":\"60m\"},\"timeout\":\"150ms\"}");

        assertThat(client.ended(raw).getString("error")).contains("timed out after 100 ms");
        assertThat(client.ended(json).getJsonArray("errors")).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"timeout\":\"99ms\" | timeout: 99ms is not a duration from 100ms to 24h, such as 30s or 5m",
                "\"timeout\":\"25h\" | timeout: 25h is not a duration from 100ms to 24h",
                "\"timeout\":\"soon\" | timeout: soon is not a duration",
                "\"timeout\":30 | timeout: 30 is not a duration",
                "\"priority\":-1 | priority: -1 is not a whole number from 0 to 9",
                "\"priority\":10 | priority: 10 is not a whole number from 0 to 9",
                "\"priority\":1.5 | priority: 1.5 is not a whole number from 0 to 9",
                "\"priority\":1e99 | priority: 1.0E99 is not a whole number from 0 to 9",
                "\"priority\":99999999999999999999 | priority: 99999999999999999999 is not a whole number",
                "\"priority\":\"high\" | priority: high is not a whole number from 0 to 9",
            })
    void rejectsBadTimeoutsAndPriorities(String member, String detail) {
        String report = "{\"type\":\"simulated\"," + member + "}";
        assertThat(problem(client.post("/reports", report), 400)).startsWith(detail);
        assertThat(problem(client.post("/reports/batch", "[" + report + "]"), 400))
                .startsWith("[0]." + detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout=1ms | timeout: 1ms is not a duration from 100ms to 24h",
                "timeout= | timeout:  is not a duration",
                "priority=10 | priority: 10 is not a whole number from 0 to 9",
                "priority= | priority:  is not a whole number",
            })
    void rejectsBadTimeoutsAndPrioritiesOfRawBody(String query, String detail) {
        assertThat(problem(client.post("/reports?type=simulated&" + query, ""), 400))
                .startsWith(detail);
    }

    @Test
    void listsWorkers() {
        String id = client.submit(ENDLESS, "");

        JsonArray workers = new JsonObject(client.get("/workers").body()).getJsonArray("workers");

        assertThat(workers).hasSize(1);
        JsonObject worker = workers.getJsonObject(0);
        assertThat(worker.fieldNames())
                .containsExactlyInAnyOrder(
                        "id", "host", "pid", "slots", "free", "running", "lastHeartbeat", "version", "refused");
        assertThat(worker.getString("id")).isEqualTo(report(id).getString("worker"));
        assertThat(worker.getLong("pid")).isEqualTo(ProcessHandle.current().pid());
        assertThat(worker.getString("id")).startsWith(worker.getString("host") + "-");
        assertThat(worker.getInteger("slots")).isEqualTo(2);
        assertThat(worker.getInteger("free")).isEqualTo(1);
        assertThat(worker.getJsonArray("running")).isEqualTo(JsonArray.of(id));
        assertThat(worker.getInstant("lastHeartbeat")).isNotNull();
        assertThat(worker.getString("version")).isNotBlank();
        assertThat(worker.getJsonObject("refused")).isEmpty();
    }

    private static HttpResponse<String> delete(String id) {
        return client.send("DELETE", "/reports/" + id, BodyPublishers.noBody());
    }

    private static HttpResponse<String> retry(String id) {
        return client.post("/reports/" + id + "/retry", "");
    }

    private static JsonObject report(String id) {
        return new JsonObject(client.get("/reports/" + id).body());
    }

    private static String state(String id) {
        return report(id).getString("state");
    }

    private static List<JsonObject> reports(String path) {
        return new JsonObject(client.get(path).body())
                .getJsonArray("reports").stream().map(JsonObject.class::cast).toList();
    }

    private static String problem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        return new JsonObject(answer.body()).getString("detail");
    }
}
