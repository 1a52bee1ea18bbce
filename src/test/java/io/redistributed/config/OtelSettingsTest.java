package io.redistributed.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The effect of the standard variables on a configuration. */
class OtelSettingsTest {

    private static final String VERTICLES = """
            verticles:
              - { name: "java:io.redistributed.export.JaegerExporterVerticle", config: { delay: 1s, inFlight: 2 } }
              - { name: "java:io.redistributed.worker.WorkerVerticle" }
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[store]             | otlp       | [\"otlp\"]",
                "[store]             | otlp,store | [\"otlp\", \"store\"]",
                "[store, otlp]       | none       | []",
                "[store]             | jaeger     | [\"jaeger\"]",
                "[{type: otlp, endpoint: \"http://mine:1\"}, store] | otlp | [{\"type\": \"otlp\", \"endpoint\": \"http://mine:1\"}]",
            })
    void variableSelectsExportersOfFile(String file, String choice, String chosen) throws Exception {
        assertThat(exporters(file, Map.of("OTEL_TRACES_EXPORTER", choice))).isEqualTo(new JsonArray(chosen));
    }

    @Test
    void variableSelectsExportersOfVerticle() throws Exception {
        Config config =
                config("""
                verticles:
                  - name: "java:io.redistributed.export.JaegerExporterVerticle"
                    config: { exporters: [store, { type: otlp, protocol: "http/protobuf" }] }
                """, Map.of("OTEL_TRACES_EXPORTER", "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4318"));

        assertThat(own(config, 0).getJsonArray("exporters")).isEqualTo(new JsonArray("""
                [{"type": "otlp", "protocol": "http/protobuf", "endpoint": "http://a:4318/v1/traces"}]"""));
    }

    @Test
    void viewerIgnoresVariables() throws Exception {
        Map<String, String> environment = Map.of(
                "OTEL_TRACES_EXPORTER", "console", "OTEL_METRICS_EXPORTER", "prometheus", "OTEL_SERVICE_NAME", "x");

        Config config = ConfigFile.readViewer(environment, Map.of());

        assertThat(config.tracing()).isEqualTo(JsonObject.of("exporters", new JsonArray(List.of("store"))));
        assertThat(config.deployments("redis://x")).hasSize(2);
        assertThat(config.otel()).isEmpty();
    }

    @Test
    void readsAllOtlpVariables() throws Exception {
        String file = Files.writeString(folder.resolve("x.pem"), "x").toString();

        assertThat(exporters(
                        "[otlp]",
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT", "https://a",
                                "OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%2Cb+c, tenant = t",
                                "OTEL_EXPORTER_OTLP_CERTIFICATE", file,
                                "OTEL_EXPORTER_OTLP_CLIENT_KEY", file,
                                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", file,
                                "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip",
                                "OTEL_EXPORTER_OTLP_TIMEOUT", "3000")))
                .isEqualTo(JsonArray.of(JsonObject.of("type", "otlp", "endpoint", "https://a", "compression", "gzip")
                        .put("headers", JsonObject.of("api-key", "a,b+c", "tenant", "t"))
                        .put("timeout", "3000ms")
                        .put("certificate", file)
                        .put("clientKey", file)
                        .put("clientCertificate", file)));
    }

    @Test
    void traceVariableOverridesGeneralOne() throws Exception {
        assertThat(exporters(
                        "[otlp]",
                        Map.of(
                                "OTEL_EXPORTER_OTLP_HEADERS", "a=1",
                                "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "b=2",
                                "OTEL_EXPORTER_OTLP_TIMEOUT", "1000",
                                "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "2s")))
                .isEqualTo(JsonArray.of(
                        JsonObject.of("type", "otlp", "headers", JsonObject.of("b", "2"), "timeout", "2000ms")));
    }

    @Test
    void headersAreNotSentToOtherCollector() throws Exception {
        String file = "[{ type: otlp, endpoint: \"http://mine:1\" }, { type: jaeger, endpoint: \"http://mine:2\" }]";

        assertThat(exporters(
                        file,
                        Map.of(
                                "OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret",
                                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1",
                                "OTEL_EXPORTER_JAEGER_ENDPOINT", "http://a:2")))
                .isEqualTo(exporters(file, Map.of()));
    }

    @Test
    void batchVariablesConfigureExporterVerticle() throws Exception {
        Config config = config(
                VERTICLES,
                Map.of(
                        "OTEL_BSP_SCHEDULE_DELAY", "250",
                        "OTEL_BSP_MAX_QUEUE_SIZE", "100",
                        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "50",
                        "OTEL_BSP_EXPORT_TIMEOUT", "30000"));

        assertThat(own(config, 0))
                .isEqualTo(JsonObject.of("delay", "250ms", "inFlight", 2, "batchSize", 50, "retryFor", "30000ms"));
        assertThat(config.tracing().getInteger("queueCapacity")).isEqualTo(100);
        assertThat(own(config, 1)).isEqualTo(new JsonObject());
    }

    @Test
    void prometheusAddsVerticle() throws Exception {
        Config config = config(
                VERTICLES,
                Map.of(
                        "OTEL_METRICS_EXPORTER", "otlp,prometheus",
                        "OTEL_EXPORTER_PROMETHEUS_HOST", "::1",
                        "OTEL_EXPORTER_PROMETHEUS_PORT", "9000"));

        assertThat(config.deployments("redis://x").get(2).name())
                .isEqualTo("java:io.redistributed.api.MetricsVerticle");
        assertThat(own(config, 2)).isEqualTo(JsonObject.of("host", "::1", "port", 9000));
        assertThat(config.services()).containsExactly("report-generator");
    }

    @Test
    void keepsConfigurationWithoutVariables() throws Exception {
        Config config = config(VERTICLES, Map.of("OTEL_BSP_SCHEDULE_DELAY", " ", "OTEL_SERVICE_NAME", ""));

        assertThat(config.otel()).isEmpty();
        assertThat(config.tracing()).isEqualTo(new JsonObject());
        assertThat(own(config, 0)).isEqualTo(JsonObject.of("delay", "1s", "inFlight", 2));
        assertThat(config.deployments("redis://x")).hasSize(2);
    }

    @Test
    void propertyOverridesVariable() throws Exception {
        Path file = Files.writeString(folder.resolve("test.yaml"), VERTICLES);

        Config config = ConfigFile.read(
                file,
                Map.of("OTEL_BSP_SCHEDULE_DELAY", "1", "OTEL_SERVICE_NAME", "a"),
                Map.of("otel.bsp.schedule.delay", "2", "java.home", "x"));

        assertThat(own(config, 0).getString("delay")).isEqualTo("2ms");
        assertThat(config.otel()).isEqualTo(Map.of("otel.bsp.schedule.delay", "2", "otel.service.name", "a"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OTEL_TRACES_EXPORTER              | zipkin     | 'zipkin' is not a list of store, jaeger, otlp, or none",
                "OTEL_TRACES_EXPORTER              | otlp,none  | 'otlp,none' is not a list of store, jaeger, otlp, or none",
                "OTEL_BSP_SCHEDULE_DELAY           | soon       | Invalid duration property otel.bsp.schedule.delay=soon.",
                "OTEL_BSP_SCHEDULE_DELAY           | 0          | '0' is not a time from 1 to 86400000 ms",
                "OTEL_BSP_EXPORT_TIMEOUT           | 1y         | Invalid duration property otel.bsp.export.timeout=1y. Invalid duration string, found: y",
                "OTEL_BSP_MAX_QUEUE_SIZE           | 0          | '0' is not a whole number from 1 to 16777216",
                "OTEL_BSP_MAX_QUEUE_SIZE           | many       | Invalid value for property otel.bsp.max.queue.size=many. Must be a integer.",
                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE    | 65537      | '65537' is not a whole number from 1 to 65536",
                "OTEL_EXPORTER_OTLP_PROTOCOL       | http/json  | 'http/json' is not one of grpc, http/protobuf",
                "OTEL_EXPORTER_OTLP_ENDPOINT       | a:4317     | must be a URL that starts with http:// or https:// and has a host",
                "OTEL_EXPORTER_OTLP_ENDPOINT       | http://a b | must be a URL that starts",
                "OTEL_EXPORTER_OTLP_ENDPOINT       | http://a:b@c | must be a URL that starts with http:// or https:// and has a host, without user:password@ (for OTLP, use headers)",
                "OTEL_EXPORTER_OTLP_COMPRESSION    | zstd       | 'zstd' is not one of none, gzip",
                "OTEL_EXPORTER_OTLP_TIMEOUT        | -1         | '-1' is not a time from 1 to 86400000 ms",
                "OTEL_EXPORTER_OTLP_CERTIFICATE    | /no/such   | '/no/such' is not a readable file",
                "OTEL_EXPORTER_OTLP_HEADERS        | secret     | must be key=value,key=value, percent-encoded",
                "OTEL_EXPORTER_OTLP_HEADERS        | a=%zz      | must be key=value,key=value, percent-encoded",
            })
    void namesInvalidVariable(String variable, String value, String message) {
        assertThatThrownBy(() -> exporters("[otlp]", Map.of(variable, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(": " + variable + ": " + message)
                .hasMessageNotContaining("\n");
    }

    private JsonArray exporters(String exporters, Map<String, String> environment) throws Exception {
        return config(VERTICLES + "tracing: { exporters: " + exporters + " }", environment)
                .tracing()
                .getJsonArray("exporters");
    }

    private Config config(String text, Map<String, String> environment) throws ConfigException, IOException {
        Path file = Files.writeString(folder.resolve("test.yaml"), text);
        return ConfigFile.read(file, environment, Map.of());
    }

    private static JsonObject own(Config config, int verticle) {
        List<Config.Deployment> deployments = config.deployments("redis://x");
        JsonObject own = deployments.get(verticle).options().getConfig().copy();
        own.remove(Settings.NODE);
        return own;
    }
}
