package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reports of the type {@code traces}, about the store of the process and about the query API of an API node. */
@Tag("slow")
class TracesReportTest {

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                queue: { maxAttempts: 1 }
                tracing: { exporters: [store] }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.generate.SummaryGenerator" }
                  - name: "java:io.redistributed.generate.traces.TracesGenerator"
                    config:
                      endpoints:
                        api: { url: "http://127.0.0.1:PORT", links: "http://reports.example/#/traces/" }
                        away: { url: "http://127.0.0.1:1/" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", config: { drain: 1ms } }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis.url()));
        client = service.client();
        client.ended(client.submit("/reports?type=summary", "a,b\n1,2\n"));
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @Test
    void storeAnswersForItsProcess() {
        assertFound("source=store", "/#/traces/");
    }

    @Test
    void endpointAnswersForService() {
        assertFound("source=api&service=report-generator", "http://reports.example/#/traces/");

        // A service without traces.
        assertThat(result("source=api&service=none").getInteger("spans")).isZero();
    }

    @Test
    void pageEscapesNames() {
        String id = client.submit("/reports?type=traces&source=store&format=html", "");
        assertThat(client.ended(id).getString("contentType")).isEqualTo("text/html; charset=utf-8");
        assertThat(client.get("/reports/" + id + "/result").body())
                .contains("<h1>Operations in traces</h1>", "<a href=\"/#/traces/");
    }

    @Test
    void failuresSayWhatIsMissing() {
        assertThat(failure("source=api")).isEqualTo("parameter 'service' is required with an endpoint");
        assertThat(failure("source=away&service=api")).startsWith("endpoint 'away' does not answer: ");
    }

    @Test
    void clientsCannotGiveUrls() {
        HttpResponse<String> response = client.post("/reports?type=traces&source=http://127.0.0.1:1/", "");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("parameters.source", "api");
    }

    /** Spans reach the store shortly after they end. */
    private static void assertFound(String query, String links) {
        eventually(() -> operation(result(query), "generate summary").isPresent());

        JsonObject operation =
                operation(result(query + "&top=200"), "generate summary").orElseThrow();

        assertThat(operation.getString("service")).isEqualTo("report-generator");
        assertThat(operation.getInteger("count")).isEqualTo(1);
        assertThat(operation.getInteger("errors")).isZero();
        assertThat(operation.getLong("p95Micros")).isPositive();
        JsonObject slowest = operation.getJsonArray("slowest").getJsonObject(0);
        assertThat(slowest.getString("link")).isEqualTo(links + slowest.getString("traceId"));
    }

    private static Optional<JsonObject> operation(JsonObject report, String name) {
        return report.getJsonArray("operations").stream()
                .map(JsonObject.class::cast)
                .filter(operation -> operation.getString("operation").equals(name))
                .findFirst();
    }

    private static JsonObject result(String query) {
        String id = client.submit("/reports?type=traces&" + query, "");
        JsonObject report = client.ended(id);
        assertThat(report.getString("state")).as(report.encode()).isEqualTo("done");
        return new JsonObject(client.get("/reports/" + id + "/result").body());
    }

    private static String failure(String query) {
        JsonObject report = client.ended(client.submit("/reports?type=traces&" + query, ""));
        assertThat(report.getString("state")).isEqualTo("failed");
        return report.getString("error");
    }
}
