package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.SpanKind;
import io.redistributed.testing.JaegerCollector;
import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TraceOfAReportTest {

    private static final String CSV = "name,amount\nAda,1\nBob,2\n";

    private static final String SUMMARY_TREE = """
            api SERVER POST /reports
              api PRODUCER publish reports
                api CLIENT EVALSHA submit
                report-generator CONSUMER process reports
                  report-generator CLIENT EVALSHA finish
                  report-generator CLIENT GET
                  report-generator INTERNAL generate summary
            """;

    private static final RedisServer redis = RedisServer.start();
    private static final JaegerCollector jaeger = new JaegerCollector();
    private static final OtlpCollector otlp = new OtlpCollector();

    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        service = Service.start("""
                redis: { endpoints: ["%s"], commandTimeout: 300ms }
                queue: { maxAttempts: 2, backoff: 10ms, lease: 1s }
                tracing:
                  exporters: [store, { type: jaeger, endpoint: "%s" }, { type: otlp, endpoint: "%s" }]
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle", config: { delay: 10ms } }
                  - { name: "java:io.redistributed.generate.SummaryGenerator" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", instances: 2 }
                  - { name: "java:io.redistributed.api.HttpVerticle", instances: 2, config: { port: PORT } }
                """.formatted(redis.url(), jaeger.endpoint(), otlp.endpoint()));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
        otlp.close();
        jaeger.close();
        redis.close();
    }

    @Test
    void everyExporterHasCompleteTrace() {
        HttpResponse<String> response = client.post("/reports?type=summary", CSV, "content-type", "text/csv");
        JsonObject report = new JsonObject(response.body());
        String traceId = report.getString("traceId");
        assertThat(response.headers().firstValue("x-trace-id")).hasValue(traceId);
        assertThat(client.ended(report.getString("id")).getString("traceId")).isEqualTo(traceId);

        SpanTree atJaeger = awaitTree(jaeger.spans(), traceId, SUMMARY_TREE);
        SpanTree atOtlp = awaitTree(otlp.spans(), traceId, SUMMARY_TREE);
        SpanTree inStore = stored(traceId);
        assertThat(inStore.text()).isEqualTo(SUMMARY_TREE);
        for (SpanTree tree : List.of(atJaeger, atOtlp, inStore)) {
            assertThat(links(tree)).isEqualTo(links(atJaeger));
            checkAttributes(tree, report.getString("id"));
        }
    }

    private static void checkAttributes(SpanTree tree, String reportId) {
        assertThat(tree.spans()).extracting(ReceivedSpan::status).containsOnly("UNSET");
        ReceivedSpan post = tree.only("POST /reports");
        assertThat(post.parentSpanId()).isNull();
        assertThat(post.attributes())
                .containsAllEntriesOf(Map.of(
                        "http.request.method", "POST",
                        "http.route", "/reports",
                        "http.response.status_code", 202L,
                        "url.scheme", "http",
                        "url.path", "/reports",
                        "url.query", "type=summary",
                        "server.address", "127.0.0.1",
                        "server.port", (long) service.port(),
                        "client.address", "127.0.0.1",
                        "network.protocol.version", "1.1"));
        Map<String, Object> messaging = Map.of(
                "messaging.system", "redis",
                "messaging.destination.name", "reports",
                "server.address", "127.0.0.1",
                "server.port", (long) redis.port(),
                "redistributed.report.id", reportId);
        ReceivedSpan publish = tree.only("publish reports");
        assertThat(publish.attributes())
                .containsAllEntriesOf(messaging)
                .containsEntry("messaging.operation.name", "publish")
                .containsEntry("messaging.operation.type", "send");
        assertThat((Long) publish.attributes().get("messaging.message.envelope.size"))
                .isEqualTo(29 + (Long) publish.attributes().get("messaging.message.body.size"));
        assertThat(tree.only("process reports").attributes())
                .containsAllEntriesOf(messaging)
                .containsEntry("messaging.operation.name", "process")
                .containsEntry("messaging.operation.type", "process")
                .containsEntry("redistributed.report.type", "summary")
                .containsEntry("redistributed.attempt", 1L);
        for (String call : List.of("EVALSHA submit", "EVALSHA finish", "GET")) {
            assertThat(tree.only(call).attributes())
                    .containsAllEntriesOf(Map.of(
                            "db.system.name",
                            "redis",
                            "db.operation.name",
                            call.split(" ")[0],
                            "server.address",
                            "127.0.0.1",
                            "server.port",
                            (long) redis.port()));
        }
        assertThat(tree.only("EVALSHA submit").attributes()).containsEntry("db.stored_procedure.name", "submit");
    }

    @Test
    void batchHasBranchForEachReport() {
        HttpResponse<String> response = client.post("/reports/batch", """
                [{"type": "simulated"},
                 {"type": "simulated", "parameters": {"duration": "20ms"}},
                 {"type": "simulated", "parameters": {"duration": "200ms"}}]
                """);
        String traceId = new JsonObject(response.body()).getString("traceId");
        String branch = """
                  api PRODUCER publish reports
                    api CLIENT EVALSHA submit
                    report-generator CONSUMER process reports
                      report-generator CLIENT EVALSHA finish
                      report-generator INTERNAL generate simulated
                """;
        SpanTree tree = awaitTree(jaeger.spans(), traceId, "api SERVER POST /reports/batch\n" + branch.repeat(3));
        assertThat(tree.endsLast().name()).isEqualTo("process reports");
        assertThat(tree.spans())
                .filteredOn(span -> span.name().equals("process reports"))
                .extracting(span -> span.attributes().get("redistributed.report.id"))
                .hasSize(3)
                .doesNotHaveDuplicates();
    }

    @Test
    void spansOfFailedReportHaveError() {
        String id = client.submit("/reports", """
                {"type": "summary", "input": "a,b\\n\\"broken"}""");
        JsonObject report = client.ended(id);
        assertThat(report.getString("state")).isEqualTo("failed");
        SpanTree tree = awaitTree(jaeger.spans(), report.getString("traceId"), SUMMARY_TREE);
        for (String failed : List.of("generate summary", "process reports")) {
            assertThat(tree.only(failed).status()).isEqualTo("ERROR");
            assertThat(tree.only(failed).statusMessage()).isEqualTo(report.getString("error"));
            assertThat(tree.only(failed).attributes()).containsEntry("error.type", "invalid_input");
        }
        assertThat(tree.only("POST /reports").status()).isEqualTo("UNSET");
    }

    @Test
    void attemptsAreLinkedBranches() {
        JsonObject report = client.ended(client.submit("/reports?type=simulated&failureRate=1", ""));
        assertThat(report.getString("state")).isEqualTo("failed");
        String attempt = """
                    report-generator CONSUMER process reports
                      report-generator CLIENT EVALSHA finish
                      report-generator INTERNAL generate simulated
                """;
        SpanTree tree = awaitTree(jaeger.spans(), report.getString("traceId"), """
                api SERVER POST /reports
                  api PRODUCER publish reports
                    api CLIENT EVALSHA submit
                """ + attempt.repeat(2));
        List<ReceivedSpan> attempts = tree.spans().stream()
                .filter(span -> span.kind() == SpanKind.CONSUMER)
                .sorted(Comparator.comparing(ReceivedSpan::start))
                .toList();
        assertThat(attempts)
                .extracting(span -> span.attributes().get("redistributed.attempt"))
                .containsExactly(1L, 2L);
        assertThat(attempts.get(0).links()).isEmpty();
        assertThat(attempts.get(1).links()).containsExactly(attempts.get(0).spanId());
    }

    @Test
    void continuesTraceOfCaller() {
        String traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        String id =
                client.submit("/reports?type=summary", CSV, "traceparent", "00-" + traceId + "-00f067aa0ba902b7-01");
        assertThat(client.ended(id).getString("traceId")).isEqualTo(traceId);
        SpanTree tree = awaitTree(jaeger.spans(), traceId, SUMMARY_TREE);
        assertThat(tree.only("POST /reports").parentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(stored(traceId).text()).isEqualTo(SUMMARY_TREE);
    }

    @Test
    void unsampledTraceIsNotRecorded() {
        String unsampled = "4bf92f3577b34da6a3ce929d0e0e0000";
        String id =
                client.submit("/reports?type=summary", CSV, "traceparent", "00-" + unsampled + "-00f067aa0ba902b7-00");
        assertThat(client.ended(id).getString("traceId")).isEqualTo(unsampled);

        awaitTracesOfALaterReport();
        assertThat(jaeger.spans())
                .extracting(ReceivedSpan::traceId)
                .isNotEmpty()
                .doesNotContain(unsampled);
        assertThat(otlp.spans()).extracting(ReceivedSpan::traceId).isNotEmpty().doesNotContain(unsampled);
        HttpResponse<String> notFound = client.get("/traces/" + unsampled + "?wait=0s");
        assertThat(notFound.statusCode()).isEqualTo(404);
        assertThat(notFound.body()).contains("stores only recent sampled traces");
    }

    @Test
    void brokenTraceparentStartsNewTrace() {
        String id = client.submit("/reports?type=summary", CSV, "traceparent", "00-nonsense-01");
        String traceId = client.ended(id).getString("traceId");
        SpanTree tree = awaitTree(jaeger.spans(), traceId, SUMMARY_TREE);
        assertThat(tree.only("POST /reports").parentSpanId()).isNull();
    }

    @Test
    void repeatedTraceparentStartsNewTrace() {
        String parent = "00-4bf92f3577b34da6a3ce929d0e0e4737-00f067aa0ba902b7-01";
        String id = client.submit("/reports?type=summary", CSV, "traceparent", parent, "traceparent", parent);
        String traceId = client.ended(id).getString("traceId");
        assertThat(traceId).isNotEqualTo("4bf92f3577b34da6a3ce929d0e0e4737");
        SpanTree tree = awaitTree(jaeger.spans(), traceId, SUMMARY_TREE);
        assertThat(tree.only("POST /reports").parentSpanId()).isNull();
    }

    @Test
    void healthAndTracesAreNotTraced() {
        for (String path : List.of("/health/live", "/health/ready", "/traces/" + "1".repeat(32) + "?wait=0s")) {
            HttpResponse<String> response = client.get(path);
            assertThat(response.headers().firstValue("x-trace-id")).isEmpty();
        }
        awaitTracesOfALaterReport();
        assertThat(jaeger.spans())
                .extracting(span -> String.valueOf(span.attributes().get("url.path")))
                .isNotEmpty()
                .noneMatch(path -> path.startsWith("/health") || path.startsWith("/traces"));
    }

    @Test
    void serverSpanOfClientErrorIsNoError() {
        HttpResponse<String> response = client.get("/reports/no-such-report");
        ReceivedSpan span = awaitSpan(traceId(response), "GET /reports/{id}");
        assertThat(span.status()).isEqualTo("UNSET");
        assertThat(span.attributes())
                .containsEntry("http.response.status_code", 404L)
                .containsEntry("http.route", "/reports/{id}")
                .doesNotContainKey("error.type");
    }

    @Test
    void serverSpanIsErrorWhileRedisHangsAndServiceRecovers() {
        redis.pause();
        HttpResponse<String> response;
        try {
            response = client.get("/reports/0-1");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("retry-after")).isPresent();
            assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
            await().untilAsserted(() ->
                    assertThat(client.get("/health/ready").statusCode()).isEqualTo(503));
            assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
        } finally {
            redis.resume();
        }
        ReceivedSpan span = awaitSpan(traceId(response), "GET /reports/{id}");
        assertThat(span.status()).isEqualTo("ERROR");
        assertThat(span.attributes())
                .containsEntry("http.response.status_code", 503L)
                .containsEntry("error.type", "503");

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(client.get("/health/ready").statusCode()).isEqualTo(200));
        String id = client.submit("/reports?type=summary", CSV);
        assertThat(client.ended(id).getString("state")).isEqualTo("done");
        awaitBeatsOfAllWorkers();
    }

    /** Verticles that are still reconnecting would add commands to the traces of other tests. */
    private static void awaitBeatsOfAllWorkers() {
        Instant now = Instant.now();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        new JsonObject(client.get("/workers").body()).getJsonArray("workers"))
                .isNotEmpty()
                .allSatisfy(worker -> assertThat(Instant.parse(((JsonObject) worker).getString("lastHeartbeat")))
                        .isAfter(now)));
    }

    private static void awaitTracesOfALaterReport() {
        String id = client.submit("/reports?type=summary", CSV);
        String traceId = client.ended(id).getString("traceId");
        awaitTree(jaeger.spans(), traceId, SUMMARY_TREE);
        awaitTree(otlp.spans(), traceId, SUMMARY_TREE);
    }

    private static SpanTree awaitTree(List<ReceivedSpan> spans, String traceId, String text) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(
                        () -> assertThat(SpanTree.of(spans, traceId).text()).isEqualTo(text));
        return SpanTree.of(spans, traceId);
    }

    private static ReceivedSpan awaitSpan(String traceId, String name) {
        return await().until(
                        () -> jaeger.spans().stream()
                                .filter(span -> span.traceId().equals(traceId)
                                        && span.name().equals(name))
                                .findFirst(),
                        found -> found.isPresent())
                .orElseThrow();
    }

    private static SpanTree stored(String traceId) {
        return SpanTree.of(
                new JsonObject(client.get("/traces/" + traceId + "?wait=20s").body()));
    }

    private static String traceId(HttpResponse<String> response) {
        return response.headers().firstValue("x-trace-id").orElseThrow();
    }

    private static Set<String> links(SpanTree tree) {
        return tree.spans().stream()
                .map(span -> span.spanId() + " below " + span.parentSpanId())
                .collect(Collectors.toSet());
    }
}
