package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.GeneratorVerticle;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The channel policy of reports, from the HTTP request to the generator. */
class ReportPolicyTest {

    private static final RedisServer redis = RedisServer.start();

    @AfterAll
    static void stop() {
        redis.close();
    }

    /** Reports the baggage and the tracestate that it finds. */
    public static final class CarriedGenerator extends GeneratorVerticle {

        @Override
        protected String type() {
            return "carried";
        }

        @Override
        protected JsonObject description() {
            return new JsonObject().put("title", "carried").put("parameters", new JsonObject());
        }

        @Override
        protected Future<GeneratedContent> generate(GenerateRequest request) {
            return compute(() -> new GeneratedContent(
                    Buffer.buffer(Baggage.current().getEntryValue("tenant") + " "
                            + Span.current().getSpanContext().getTraceState().get("vendor")),
                    "text/plain"));
        }
    }

    @Test
    void envelopeCarriesBaggageAndTracestateToGenerator() {
        try (Service service = service("{ match: reports, write: envelope }")) {
            assertThat(carried(service)).isEqualTo("blue x1");
        }
    }

    @Test
    void binaryHeaderOmitsBaggageAndTracestate() {
        try (Service service = service("{ match: reports, write: binary }")) {
            assertThat(carried(service)).isEqualTo("null null");
        }
    }

    @Test
    void linkedReportHasTraceOfAttempt() {
        try (Service service = service("{ match: reports, relation: link }")) {
            ApiClient client = service.client();
            JsonObject report = client.ended(client.submit("/reports?type=carried", ""));

            String attempt = report.getString("attemptTraceId");
            assertThat(attempt).isNotEqualTo(report.getString("traceId"));
            assertThat(report.getJsonObject("links").getString("attemptTrace")).isEqualTo("/traces/" + attempt);
            JsonObject publish = span(client, report.getString("traceId"), "publish reports");
            JsonObject process = span(client, attempt, "process reports");
            assertThat(process.getString("parentSpanId")).isNull();
            assertThat(process.getJsonArray("links"))
                    .isEqualTo(JsonArray.of(new JsonObject()
                            .put("traceId", report.getString("traceId"))
                            .put("spanId", publish.getString("spanId"))
                            .put("attributes", new JsonObject())));
        }
    }

    @Test
    void unlinkedReportHasOneTrace() {
        try (Service service = service("{ match: reports, relation: both }")) {
            ApiClient client = service.client();
            JsonObject report = client.ended(client.submit("/reports?type=carried", ""));
            assertThat(report.fieldNames()).contains("traceId").doesNotContain("attemptTraceId");
            assertThat(report.getJsonObject("links").fieldNames()).doesNotContain("attemptTrace");
        }
    }

    private static String carried(Service service) {
        ApiClient client = service.client();
        String id = client.submit(
                "/reports?type=carried",
                "",
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "tracestate",
                "vendor=x1",
                "baggage",
                "tenant=blue");
        client.ended(id);
        return client.get("/reports/" + id + "/result").body();
    }

    private static JsonObject span(ApiClient client, String traceId, String name) {
        JsonObject trace =
                new JsonObject(client.get("/traces/" + traceId + "?wait=20s").body());
        List<JsonObject> spans = trace.getJsonArray("spans").stream()
                .map(JsonObject.class::cast)
                .filter(span -> span.getString("name").equals(name))
                .toList();
        assertThat(spans).hasSize(1);
        return spans.get(0);
    }

    private static Service service(String channel) {
        return Service.start("""
                redis: { endpoints: ["%s"] }
                tracing: { channels: [%s] }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle", config: { delay: 10ms } }
                  - { name: "java:io.redistributed.ReportPolicyTest$CarriedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle" }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis.url(), channel));
    }
}
