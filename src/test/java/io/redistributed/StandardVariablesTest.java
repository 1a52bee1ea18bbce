package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.redistributed.system.Host;
import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.OtlpHttpCollector;
import io.redistributed.testing.ReceivedSpan;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code OTEL_*} variables, on a service that runs. */
@ExtendWith(VertxExtension.class)
class StandardVariablesTest {

    private static final String TRACE = "80f198ee56343ba864fe8b2a57d3eff7";
    private static final String PARENT = "e457b5a2e4d86bd1";

    private static final RedisServer redis = RedisServer.start();
    private final OtlpCollector otlp = new OtlpCollector();

    @AfterAll
    static void stop() {
        redis.close();
    }

    @AfterEach
    void close() {
        otlp.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tracecontext | traceparent    | 00-" + TRACE + "-" + PARENT + "-01",
                "b3           | b3             | " + TRACE + "-" + PARENT + "-1",
                "b3           | X-B3-TraceId   | " + TRACE,
                "b3multi      | X-B3-TraceId   | " + TRACE,
                "jaeger       | uber-trace-id  | " + TRACE + ":" + PARENT + ":0:1",
            })
    void continuesTraceOfConfiguredPropagator(String propagator, String header, String value) {
        try (Service service = started(Map.of("OTEL_PROPAGATORS", "tracecontext,baggage,b3,b3multi,jaeger"))) {
            assertContinues(service, header, value);
        }
        try (Service service = started(Map.of("OTEL_PROPAGATORS", propagator))) {
            assertContinues(service, header, value);
        }
    }

    @Test
    void ignoresHeaderOfOtherPropagator() {
        try (Service service = started(Map.of())) {
            HttpResponse<String> response = service.client().get("/workers", "b3", TRACE + "-" + PARENT + "-1");

            assertThat(response.headers().firstValue("x-trace-id").orElseThrow())
                    .hasSize(32)
                    .isNotEqualTo(TRACE);
        }
    }

    @Test
    void spansHaveResourceAttributesAndServiceName() {
        Map<String, String> environment = Map.of(
                "OTEL_SERVICE_NAME", "shop", "OTEL_RESOURCE_ATTRIBUTES", "service.version=7,deployment.environment=it");
        try (Service service = started(environment)) {
            report(service);

            await().until(() -> otlp.spans().size() > 6);
            assertThat(otlp.spans()).extracting(ReceivedSpan::service).containsOnly("shop");
            assertThat(service.client().get("/metrics").body())
                    .contains("target_info{", "deployment_environment=\"it\"", "service_version=\"7\"");
        }
    }

    @Test
    void resourceHasHostProcessAndInstance() {
        try (Service service = Service.start(yaml("[store]"), Map.of())) {
            String id = service.client().submit("/reports?type=simulated", "");
            JsonObject report = service.client().ended(id);
            Map<String, Map<String, String>> resources = resources(service, report.getString("traceId"));

            assertThat(resources.keySet()).containsExactlyInAnyOrder("api", "report-generator");
            assertThat(resources.values()).hasSize(2).allSatisfy(resource -> assertThat(resource)
                    .containsEntry(
                            "process.pid",
                            String.valueOf(ProcessHandle.current().pid()))
                    .containsEntry("host.name", Host.name().orElseThrow())
                    .containsEntry("service.version", "1.2.3"));
            assertThat(resources.values())
                    .extracting(resource -> UUID.fromString(resource.get("service.instance.id")))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
            assertThat(service.client().get("/metrics").body().lines().filter(line -> line.startsWith("target_info{")))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(resources.values()).anySatisfy(resource -> assertThat(line)
                            .contains("service_instance_id=\"" + resource.get("service.instance.id") + '"')
                            .contains("host_name=\"" + resource.get("host.name") + '"')));
        }
    }

    @Test
    void variablesOverrideAndDisableResourceAttributes() {
        Map<String, String> environment = Map.of(
                "OTEL_RESOURCE_ATTRIBUTES", "host.name=elsewhere,service.instance.id=pod-7",
                "OTEL_RESOURCE_DISABLED_KEYS", "process.pid,host.id");
        try (Service service = Service.start(yaml("[store]"), environment)) {
            String id = service.client().submit("/reports?type=simulated", "");
            JsonObject report = service.client().ended(id);

            assertThat(resources(service, report.getString("traceId")).values())
                    .hasSize(2)
                    .allSatisfy(resource -> assertThat(resource)
                            .containsEntry("host.name", "elsewhere")
                            .containsEntry("service.instance.id", "pod-7")
                            .doesNotContainKeys("process.pid", "host.id"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_EXPORTER_OTLP_HEADERS, hushhush",
        "OTEL_EXPORTER_OTLP_ENDPOINT, http://u:hush hush@h",
        "OTEL_EXPORTER_OTLP_ENDPOINT, hushhush://u:p@h"
    })
    void errorHidesSecrets(String variable, String value) {
        for (String signal : List.of("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER")) {
            assertThatThrownBy(() -> Service.start(yaml("[store]"), Map.of(signal, "otlp", variable, value)))
                    .hasMessageNotContaining(value)
                    .hasMessageMatching("(?s).*(OTEL_|otel\\.|endpoint).*");
        }
    }

    @Test
    void samplerOverridesFile() {
        try (Service service = started(Map.of("OTEL_TRACES_SAMPLER", "always_off"))) {
            report(service);

            assertThat(service.client().get("/metrics").body().lines())
                    .anyMatch(line -> line.startsWith("otel_sdk_span_started_total{")
                            && line.contains("otel_span_sampling_result=\"DROP\"")
                            && !line.endsWith(" 0.0"))
                    .filteredOn(line -> line.contains("otel_span_sampling_result=\"RECORD_AND_SAMPLE\""))
                    .allMatch(line -> line.endsWith(" 0.0"));
        }
        assertThat(otlp.spans()).isEmpty();
    }

    @Test
    void spanLimitsApply() {
        try (Service service = started(Map.of("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "2"))) {
            report(service);

            await().until(() -> otlp.spans().size() > 6);
            assertThat(otlp.spans()).isNotEmpty().allSatisfy(span -> assertThat(span.attributes())
                    .hasSizeLessThanOrEqualTo(2));
        }
    }

    @Test
    void disabledSdkRecordsNothingAndPropagatesContext() {
        try (Service service = started(Map.of("OTEL_SDK_DISABLED", "true"))) {
            HttpResponse<String> response =
                    service.client().get("/workers", "traceparent", "00-" + TRACE + "-" + PARENT + "-01");
            report(service);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(service.client().get("/metrics").body()).isEmpty();
        }
        assertThat(otlp.spans()).isEmpty();
    }

    @Test
    void otlpVariablesApplyToExporterWithoutEndpoint() {
        Map<String, String> environment = Map.of(
                "OTEL_TRACES_EXPORTER", "otlp",
                "OTEL_EXPORTER_OTLP_ENDPOINT", otlp.endpoint(),
                "OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20secret",
                "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip",
                "OTEL_BSP_SCHEDULE_DELAY", "10");
        try (Service service = Service.start(yaml("[store]"), environment)) {
            report(service);

            await().until(() -> otlp.spans().size() > 6);
            assertThat(otlp.authorizations()).containsOnly("Bearer secret");
            assertThat(otlp.encodings()).containsOnly("gzip");
            assertThat(service.client().get("/metrics").body())
                    .contains("otlp_grpc_span_exporter/0")
                    .doesNotContain("TraceStoreExporter");
        }
    }

    @Test
    void supportsNoExporter() {
        try (Service service = started(Map.of("OTEL_TRACES_EXPORTER", "none"))) {
            report(service);

            assertThat(service.client().get("/metrics").body())
                    .contains("otel_sdk_processor_span_queue_size")
                    .doesNotContain("otel_sdk_exporter_span_exported");
        }
        assertThat(otlp.spans()).isEmpty();
    }

    @Test
    void exportsMetricsByOtlp(Vertx vertx) {
        try (OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            Map<String, String> environment = Map.of(
                    "OTEL_METRICS_EXPORTER", "otlp",
                    "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(),
                    "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                    "OTEL_METRIC_EXPORT_INTERVAL", "50");
            try (Service service = started(environment)) {
                report(service);

                await().until(() -> collector
                        .metrics()
                        .containsAll(List.of(
                                "otel.sdk.span.started",
                                "otel.sdk.exporter.span.exported",
                                "messaging.client.consumed.messages")));
            }
        }
    }

    @Test
    @Tag("slow")
    void exportsQueueAsItIsWithoutScrapes(Vertx vertx) {
        try (RedisServer own = RedisServer.start();
                OtlpHttpCollector collector = new OtlpHttpCollector(vertx)) {
            Map<String, String> environment = Map.of(
                    "OTEL_METRICS_EXPORTER", "otlp",
                    "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(),
                    "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                    "OTEL_METRIC_EXPORT_INTERVAL", "1500");
            try (Service service = Service.start(yaml("[store]").replace(redis.url(), own.url()), environment)) {
                String id = service.client().submit("/reports?type=simulated&duration=60s", "");
                await().until(() -> running(collector).equals(List.of(1L)));

                service.client().send("DELETE", "/reports/" + id, BodyPublishers.noBody());
                await().until(() -> running(collector).equals(List.of(0L)));

                own.stop();
                await().until(() -> running(collector).isEmpty());
            }
        }
    }

    private static List<Long> running(OtlpHttpCollector collector) {
        return collector.latestMetrics("api").stream()
                .filter(metric -> metric.getName().equals("redistributed.queue.reports"))
                .flatMap(metric -> metric.getGauge().getDataPointsList().stream())
                .filter(point -> point.getAttributesList().stream()
                        .anyMatch(attribute ->
                                attribute.getValue().getStringValue().equals("running")))
                .map(NumberDataPoint::getAsInt)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OTEL_TRACES_SAMPLER         | sometimes       | Unrecognized value for otel.traces.sampler: sometimes",
                "OTEL_PROPAGATORS            | tracecontext,x  | Unrecognized value for otel.propagators: x",
                "OTEL_METRICS_EXPORTER       | pigeon          | Unrecognized value for otel.metrics.exporter: pigeon",
                "OTEL_SPAN_LINK_COUNT_LIMIT  | many            | Invalid value for property otel.span.link.count.limit=many. Must be a integer.",
                "OTEL_RESOURCE_ATTRIBUTES    | a               | Invalid map property: otel.resource.attributes",
                "OTEL_METRIC_EXPORT_INTERVAL | often           | Invalid duration property otel.metric.export.interval=often",
            })
    void invalidVariableFailsStart(String variable, String value, String message) {
        Map<String, String> environment = new HashMap<>(Map.of("OTEL_METRICS_EXPORTER", "otlp"));
        environment.put(variable, value);
        assertThatThrownBy(() -> started(environment))
                .hasMessageContaining("OTEL_* variables or otel.* properties: " + message)
                .hasMessageNotContaining("\n");
        assertThat(redis.cli("CLIENT", "LIST").toString().lines()).hasSize(1);
    }

    @Test
    void rejectsInvalidRatio() {
        assertThatThrownBy(() -> started(Map.of("OTEL_TRACES_SAMPLER", "traceidratio", "OTEL_TRACES_SAMPLER_ARG", "7")))
                .hasMessageContaining("OTEL_* variables or otel.* properties: ratio must be in range [0.0, 1.0]");
    }

    private void assertContinues(Service service, String header, String value) {
        otlp.spans().clear();
        boolean several = header.startsWith("X-B3");
        HttpResponse<String> response = several
                ? service.client().get("/workers", header, value, "X-B3-SpanId", PARENT, "X-B3-Sampled", "1")
                : service.client().get("/workers", header, value);

        assertThat(response.headers().firstValue("x-trace-id")).hasValue(TRACE);
        await().until(() -> otlp.spans().stream().anyMatch(span -> span.name().equals("GET /workers")));
        assertThat(otlp.spans())
                .filteredOn(span -> span.name().equals("GET /workers"))
                .isNotEmpty()
                .allSatisfy(span -> {
                    assertThat(span.traceId()).isEqualTo(TRACE);
                    assertThat(span.parentSpanId()).isEqualTo(PARENT);
                });
    }

    private static void report(Service service) {
        String id = service.client().submit("/reports?type=simulated", "");
        assertThat(service.client().ended(id).getString("state")).isEqualTo("done");
    }

    /** Attributes of the resources of a trace, by the name of their service. */
    private static Map<String, Map<String, String>> resources(Service service, String traceId) {
        JsonObject trace =
                new JsonObject(service.client().get("/api/v3/traces/" + traceId).body());
        Map<String, Map<String, String>> resources = new HashMap<>();
        for (Object part : trace.getJsonObject("result").getJsonArray("resourceSpans")) {
            Map<String, String> attributes = new HashMap<>();
            for (Object each : ((JsonObject) part).getJsonObject("resource").getJsonArray("attributes")) {
                JsonObject attribute = (JsonObject) each;
                Object value =
                        attribute.getJsonObject("value").iterator().next().getValue();
                attributes.put(attribute.getString("key"), String.valueOf(value));
            }
            resources.put(attributes.get("service.name"), attributes);
        }
        return resources;
    }

    private Service started(Map<String, String> environment) {
        return Service.start(yaml("[{ type: otlp, endpoint: \"" + otlp.endpoint() + "\" }]"), environment);
    }

    private static String yaml(String exporters) {
        return """
                redis: { endpoints: ["%s"] }
                tracing: { exporters: %s, sampler: always_on }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle", config: { delay: 10ms } }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle" }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis.url(), exporters);
    }
}
