package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MetricsApiTest {

    private static final RedisServer redis = RedisServer.start();

    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        service = Service.start(all());
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @Test
    void servesServiceAndPipelineMetrics() {
        client.ended(client.submit("/reports?type=simulated", ""));
        await().until(() ->
                client.get("/metrics").body().contains("otel_sdk_exporter_operation_duration_seconds_count{"));

        HttpResponse<String> response = client.get("/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body().lines())
                .contains("# TYPE otel_sdk_span_started_total counter")
                .anyMatch(line -> line.startsWith("messaging_client_consumed_messages_total{")
                        && line.contains("service_name=\"report-generator\""))
                .anyMatch(line -> line.startsWith("otel_sdk_span_live{") && line.contains("service_name=\"api\""))
                .anyMatch(line ->
                        line.startsWith("otel_sdk_span_live{") && line.contains("service_name=\"report-generator\""))
                .anyMatch(
                        line -> line.startsWith("otel_sdk_processor_span_queue_capacity{") && line.endsWith(" 65536.0"))
                .anyMatch(line -> line.startsWith("otel_sdk_processor_span_queue_size{"))
                .anyMatch(line -> line.startsWith("otel_sdk_processor_span_processed_total{")
                        && line.contains("error_type=\"queue_full\""))
                .anyMatch(line -> line.startsWith("otel_sdk_exporter_span_inflight{"))
                .anyMatch(line -> line.startsWith("otel_sdk_exporter_span_exported_total{")
                        && line.contains("otel_component_name=\"io.redistributed.export.TraceStoreExporter/0\""))
                .anyMatch(line -> line.startsWith("target_info{") && line.contains("service_version=\"1.2.3\""));
        assertThat(response.body().lines().filter(line -> !line.startsWith("#")))
                .isNotEmpty()
                .allMatch(line -> line.matches("[a-z_]+(\\{.*})? [0-9.E+-]+|[a-z_]+(\\{.*})? \\+Inf"))
                .doesNotHaveDuplicates();
    }

    @Test
    void queueIsReadOnScrape() {
        String id = client.submit("/reports?type=simulated&duration=60s", "");
        await().until(() -> client.get("/metrics").body().lines().anyMatch(isRunning(1)));

        client.send("DELETE", "/reports/" + id, BodyPublishers.noBody());

        assertThat(client.get("/metrics").body().lines())
                .anyMatch(line -> line.startsWith("redistributed_queue_wait_seconds{") && line.endsWith(" 0.0"));
    }

    @Test
    void queueIsReadOnScrapeOfMetricsVerticle() {
        int port = Ports.free();
        Map<String, String> environment =
                Map.of("OTEL_METRICS_EXPORTER", "prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT", String.valueOf(port));
        try (Service api = Service.start(all(), environment)) {
            ApiClient scraper = new ApiClient(port);
            assertThat(scraper.get("/metrics").body()).contains("redistributed_queue_wait_seconds{");

            String id = api.client().submit("/reports?type=simulated&duration=60s", "");
            await().until(() -> scraper.get("/metrics").body().lines().anyMatch(isRunning(1)));

            api.client().send("DELETE", "/reports/" + id, BodyPublishers.noBody());
            await().until(() -> scraper.get("/metrics").body().lines().anyMatch(isRunning(0)));
        }
    }

    private static Predicate<String> isRunning(int reports) {
        return line -> line.startsWith("redistributed_queue_reports{")
                && line.contains("redistributed_queue_state=\"running\"")
                && line.endsWith(" " + reports + ".0");
    }

    @Test
    void servesOpenMetricsOnRequest() {
        HttpResponse<String> response =
                client.get("/metrics", "accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        assertThat(response.headers().firstValue("content-type"))
                .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(response.body()).endsWith("# EOF\n");
    }

    @Test
    void latenciesNameTraces() {
        HttpResponse<String> posted = client.post("/reports?type=simulated", "");
        String trace = new JsonObject(posted.body()).getString("traceId");
        client.ended(new JsonObject(posted.body()).getString("id"));

        await().untilAsserted(() -> {
            // Another scraper, which must not take them.
            client.get("/metrics");
            Set<String> named = new TreeSet<>();
            openMetrics()
                    .filter(line -> line.matches(".*_bucket\\{.*} \\d+ # \\{.*trace_id=\"" + trace + "\".*} .*"))
                    .forEach(line -> named.add(line.substring(0, line.indexOf("_bucket"))));
            assertThat(named)
                    .contains(
                            "http_server_request_duration_seconds",
                            "messaging_client_operation_duration_seconds",
                            "messaging_process_duration_seconds",
                            "db_client_operation_duration_seconds");
        });
        assertThat(client.get("/metrics").body()).doesNotContain("trace_id");
    }

    private static Stream<String> openMetrics() {
        return client.get("/metrics", "accept", "application/openmetrics-text;version=1.0.0")
                .body()
                .lines();
    }

    @Test
    void scrapeIsNotTraced() {
        assertThat(client.get("/metrics").headers().firstValue("x-trace-id")).isEmpty();
        assertThat(client.get("/").headers().firstValue("x-trace-id")).isNotEmpty();
    }

    @Test
    void rejectsOtherMethods() {
        assertThat(client.send("HEAD", "/metrics", BodyPublishers.noBody()).statusCode())
                .isEqualTo(200);
        assertThat(client.post("/metrics", "").statusCode()).isEqualTo(405);
    }

    @Test
    void workerNodeHasMetricsVerticle() {
        try (Service worker = Service.start(
                workers() + "  - { name: \"java:io.redistributed.api.MetricsVerticle\", config: { port: PORT } }\n")) {
            assertIsMetricsOfWorkersAlone(worker.client());
            assertThat(worker.client().get("/reports").statusCode()).isEqualTo(404);
            assertThat(worker.client().post("/metrics", "").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void standardVariableDeploysMetricsVerticle() {
        int port = Ports.free();
        Map<String, String> environment =
                Map.of("OTEL_METRICS_EXPORTER", "prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT", String.valueOf(port));
        try (Service worker = Service.start(workers(), environment)) {
            assertIsMetricsOfWorkersAlone(new ApiClient(port));
        }
    }

    @Test
    void namesUsedPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Map<String, String> environment = Map.of(
                    "OTEL_METRICS_EXPORTER",
                    "prometheus",
                    "OTEL_EXPORTER_PROMETHEUS_PORT",
                    String.valueOf(taken.getLocalPort()));

            assertThatThrownBy(() -> Service.start(workers(), environment))
                    .hasMessageContaining("(java:io.redistributed.api.MetricsVerticle): cannot listen on 127.0.0.1:"
                            + taken.getLocalPort());
        }
    }

    @Test
    void commonServiceNameIsOneService() {
        try (Service named = Service.start(all(), Map.of("OTEL_SERVICE_NAME", "shop"))) {
            named.client().ended(named.client().submit("/reports?type=simulated", ""));

            assertThat(named.client().get("/metrics").body())
                    .contains("service_name=\"shop\"")
                    .doesNotContain("service_name=\"api\"", "service_name=\"report-generator\"");
        }
    }

    private static void assertIsMetricsOfWorkersAlone(ApiClient client) {
        assertThat(client.get("/metrics").body())
                .contains("otel_sdk_span_live{", "otel_sdk_processor_span_queue_size{")
                .contains("service_name=\"report-generator\"")
                .doesNotContain("service_name=\"api\"");
    }

    private static String workers() {
        return """
                redis: { endpoints: ["%s"] }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle" }
                """.formatted(redis.url());
    }

    private static String all() {
        return workers() + "  - { name: \"java:io.redistributed.api.HttpVerticle\", config: { port: PORT } }\n";
    }
}
