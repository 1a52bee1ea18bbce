package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.Certificates;
import io.redistributed.testing.GrpcCollector;
import io.redistributed.testing.JaegerCollector;
import io.redistributed.testing.OtlpCollector;
import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar, as people run it. */
class MainIT {

    private static final String SUMMARY_TREE = """
            api SERVER POST /reports
              api PRODUCER publish reports
                api CLIENT EVALSHA submit
                report-generator CONSUMER process reports
                  report-generator CLIENT EVALSHA finish
                  report-generator CLIENT GET
                  report-generator INTERNAL generate summary
            """;

    @TempDir
    private Path folder;

    @Test
    void quickStart() throws IOException {
        int port = Ports.free();
        ApiClient client = new ApiClient(port);
        String result;
        JsonObject report;
        try (JarProcess jar = start(port)) {
            HttpResponse<String> response = client.post(
                    "/reports?type=summary",
                    Files.readString(Path.of("samples/sales.csv")),
                    "content-type",
                    "text/csv");
            assertThat(response.statusCode()).isEqualTo(202);
            report = client.ended(new JsonObject(response.body()).getString("id"));
            assertThat(report.getString("state")).isEqualTo("done");
            result = client.get(report.getJsonObject("links").getString("result"))
                    .body();
            assertThat(new JsonObject(result).getInteger("rows")).isPositive();
            JsonObject trace = new JsonObject(
                    client.get(report.getJsonObject("links").getString("trace")).body());
            assertThat(SpanTree.of(trace).text()).isEqualTo(SUMMARY_TREE);
            assertThat(new JsonObject(client.get("/").body()).getString("version"))
                    .isNotBlank();

            jar.terminate();
            assertThat(jar.exitCode()).isEqualTo(143);
            assertThat(jar.out().lines().skip(1)).containsExactly("redistributed is stopping", "redistributed stopped");
            assertThat(jar.errWithoutLog()).isEmpty();
            assertThat(jar.err())
                    .doesNotContain("WARN", "ERROR")
                    .contains("The API is at http://127.0.0.1:" + port + "/");
            assertThat(redisAnswers()).isFalse();
        }
        try (JarProcess again = start(port)) {
            assertThat(client.get("/reports/" + report.getString("id")).body()).isEqualTo(report.encode());
            assertThat(client.get("/reports/" + report.getString("id") + "/result")
                            .body())
                    .isEqualTo(result);
            assertThat(redisAnswers()).isTrue();

            again.kill();
            await().atMost(Duration.ofSeconds(20)).until(() -> !redisAnswers());
        }
        try (JarProcess afterKill = start(port)) {
            assertThat(client.get("/reports/" + report.getString("id")).body()).isEqualTo(report.encode());
        }
    }

    @Test
    void traceSpansProcessesAndQueueIsExportedAtEnd() throws IOException {
        try (RedisServer redis = RedisServer.start("requirepass secret");
                JaegerCollector jaeger = new JaegerCollector();
                OtlpCollector otlp = new OtlpCollector()) {
            String node = """
                    redis: { endpoints: ["%s"] }
                    tracing: { exporters: [jaeger, otlp] }
                    verticles:
                      - { name: "java:io.redistributed.export.JaegerExporterVerticle", config: { delay: 1h } }
                    """.formatted(redis.url());
            Map<String, String> environment = Map.of(
                    "OTEL_EXPORTER_JAEGER_ENDPOINT", jaeger.endpoint(),
                    "OTEL_EXPORTER_OTLP_ENDPOINT", otlp.endpoint());
            int port = Ports.free();
            Path api = file("api.yaml", node + """
                      - { name: "java:io.redistributed.api.HttpVerticle", config: { port: %d } }
                    """.formatted(port));
            Path worker = file("worker.yaml", node + """
                      - { name: "java:io.redistributed.generate.SummaryGenerator" }
                      - { name: "java:io.redistributed.worker.WorkerVerticle" }
                    """);
            try (JarProcess workers = new JarProcess(folder, environment, "-conf", worker.toString()).awaitReady();
                    JarProcess apis = new JarProcess(folder, environment, "-conf", api.toString()).awaitReady()) {
                ApiClient client = new ApiClient(port);
                JsonObject report = client.ended(client.submit("/reports?type=summary", "a,b\n1,2\n"));
                assertThat(report.getString("state")).isEqualTo("done");
                assertThat(jaeger.spans()).isEmpty();
                assertThat(otlp.spans()).isEmpty();

                apis.terminate();
                workers.terminate();
                assertThat(List.of(apis.exitCode(), workers.exitCode())).containsOnly(143);
                for (GrpcCollector collector : List.of(jaeger, otlp)) {
                    assertThat(SpanTree.of(collector.spans(), report.getString("traceId"))
                                    .text())
                            .isEqualTo(SUMMARY_TREE);
                }
            }
        }
    }

    @Test
    void spansGoThroughTheProxyOfTheJvm() throws IOException {
        Certificates certificates = new Certificates(folder);
        try (OtlpCollector otlp = new OtlpCollector(certificates);
                ConnectProxy proxy = new ConnectProxy()) {
            int port = Ports.free();
            Path config = file("collector.yaml", """
                    tracing:
                      exporters:
                        - type: otlp
                          endpoint: "%s"
                          certificate: "%s"
                          clientKey: "%s"
                          clientCertificate: "%s"
                    verticles:
                      - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                      - { name: "java:io.redistributed.api.HttpVerticle", config: { port: %d } }
                    """.formatted(
                            otlp.endpoint(),
                            certificates.certificate("ca"),
                            certificates.key("client"),
                            certificates.certificate("client"),
                            port));
            try (JarProcess service = new JarProcess(
                            folder,
                            Map.of(),
                            "-Dhttps.proxyHost=127.0.0.1",
                            "-Dhttps.proxyPort=" + proxy.port(),
                            "-Dhttp.nonProxyHosts=",
                            "-conf",
                            config.toString())
                    .awaitReady()) {
                new ApiClient(port).get("/reports");

                await().until(() -> !otlp.spans().isEmpty());
                assertThat(proxy.targets()).contains(otlp.endpoint().replace("https://", ""));
            }
        }
    }

    /** Only the second address of the host has a collector. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1 collector", "127.0.0.2 collector"})
    void spansArriveAtTheAddressThatAnswers(String first) throws IOException {
        try (OtlpCollector otlp = new OtlpCollector()) {
            String endpoint = otlp.endpoint().replace("127.0.0.1", "collector");
            int port = Ports.free();
            Path config = file("collector.yaml", """
                    tracing: { exporters: [{ type: otlp, endpoint: "%s" }] }
                    verticles:
                      - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                      - { name: "java:io.redistributed.api.HttpVerticle", config: { port: %d } }
                    """.formatted(endpoint, port));
            Path hosts =
                    file("hosts", "127.0.0.1 localhost\n" + first + "\n127.0.0.2 collector\n127.0.0.1 collector\n");
            try (JarProcess service = new JarProcess(
                            folder, Map.of(), "-Djdk.net.hosts.file=" + hosts, "-conf", config.toString())
                    .awaitReady()) {
                new ApiClient(port).get("/reports");

                await().until(() -> !otlp.spans().isEmpty());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~verticles: [{ name: x }]\\nqueue: { lese: 1s }~ | queue.lese: unknown key; allowed are allowEviction, backoff, lease, maxAttempts, maxCrashes, maxStored, maxWaiting, partitions, retention, timeout",
                "verticles: [{ name: \"java:no.such.Verticle\" }] | verticles[0] (java:no.such.Verticle): class no.such.Verticle not found on the class path",
                "~redis: { endpoints: [\"redis://127.0.0.1:1\"] }\\nverticles: [{ name: \"java:io.redistributed.worker.WorkerVerticle\" }]~ | verticles[0] (java:io.redistributed.worker.WorkerVerticle): cannot connect to Redis at redis://127.0.0.1:1: Connection refused: /127.0.0.1:1",
                "~verticles:\\n  - name: [~ | line 2, column 12: ",
            })
    void invalidConfigurationIsOneLineAndExitCode(String text, String message) throws IOException {
        Path file = file("wrong.yaml", text.replace("\\n", "\n"));
        assertRefused(file + ": " + message, Map.of(), "-conf", file.toString());
    }

    @Test
    void missingFileIsOneLineAndExitCode() {
        assertRefused(66, "nope.yaml: no such file or folder", Map.of(), "-conf", "nope.yaml");
    }

    @Test
    void usedPortIsOneLineAndExitCode() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertRefused(
                    71,
                    "the built-in configuration: verticles[4] (java:io.redistributed.api.HttpVerticle): cannot listen on 127.0.0.1:"
                            + taken.getLocalPort() + ": Address already in use",
                    Map.of(),
                    "-Dredistributed.verticles.4.config.port=" + taken.getLocalPort());
            assertThat(redisAnswers()).isFalse();
        }
    }

    @Test
    void invalidVariableIsOneLineAndExitCode() {
        assertRefused(
                "the built-in configuration: REDISTRIBUTED_QUEUE_LEASE: queue.lease: does not match the regex pattern"
                        + " ^\\d{1,9}(ms|s|m|h|d)$ (How long a worker owns its reports after a heartbeat, such as 10s: 500ms to 1h)",
                Map.of("REDISTRIBUTED_QUEUE_LEASE", "soon"));
        assertRefused(
                "OTEL_* variables or otel.* properties: Unrecognized value for otel.traces.sampler: sometimes",
                Map.of("OTEL_TRACES_SAMPLER", "sometimes"));
    }

    @Test
    void helpAndVersionExitWith0() {
        try (JarProcess help = new JarProcess(folder, Map.of(), "--help");
                JarProcess version = new JarProcess(folder, Map.of(), "--version")) {
            assertThat(help.exitCode()).isZero();
            assertThat(help.out())
                    .startsWith("Usage: redistributed")
                    .contains("-conf", "inspect  Prints the header of a message");
            assertThat(version.exitCode()).isZero();
            assertThat(version.out()).matches("redistributed \\d+\\.\\d+\\.\\d+.*\\R");
            assertThat(help.err() + version.err()).isEmpty();
        }
    }

    @Test
    void logsJsonIfConfigured() throws IOException {
        int port = Ports.free();
        try (JarProcess jar = new JarProcess(
                        folder,
                        Map.of("REDISTRIBUTED_LOGGING_FORMAT", "json"),
                        "-Dredistributed.verticles.4.config.port=" + port)
                .awaitReady()) {
            jar.terminate();
            assertThat(jar.exitCode()).isEqualTo(143);
            assertThat(jar.err().lines().map(JsonObject::new))
                    .extracting(line -> line.getString("formattedMessage"))
                    .contains("The API is at http://127.0.0.1:" + port + "/");
        }
    }

    @Test
    void inspectNeedsNoService() {
        String message = "00004bf92f3577b34da6a3ce929d000e47360134f067aa0ba902b70201";
        try (JarProcess traced = new JarProcess(folder, Map.of(), "inspect", message);
                JarProcess untraced = new JarProcess(folder, Map.of(), "inspect", message.substring(2));
                JarProcess nothing = new JarProcess(folder, Map.of(), "inspect")) {
            assertThat(traced.exitCode()).isZero();
            assertThat(traced.out()).contains("4bf92f3577b34da6a3ce929d000e4736");
            assertThat(untraced.exitCode()).isEqualTo(1);
            assertThat(untraced.out()).contains("byte 1: 4b is not 00");
            assertThat(nothing.exitCode()).isEqualTo(2);
            assertThat(nothing.err()).contains("Missing required parameter: 'MESSAGE'");
            assertThat(traced.err() + untraced.err()).isEmpty();
        }
    }

    private JarProcess start(int port) {
        return new JarProcess(folder, Map.of(), "-Dredistributed.verticles.4.config.port=" + port).awaitReady();
    }

    private void assertRefused(String message, Map<String, String> environment, String... arguments) {
        assertRefused(1, message, environment, arguments);
    }

    private void assertRefused(int exitCode, String message, Map<String, String> environment, String... arguments) {
        try (JarProcess jar = new JarProcess(folder, environment, arguments)) {
            assertThat(jar.exitCode()).isEqualTo(exitCode);
            assertThat(jar.errWithoutLog()).hasSize(1);
            assertThat(jar.errWithoutLog().get(0)).startsWith("redistributed: " + message);
            assertThat(jar.err()).doesNotContain("ERROR", "\tat ");
            assertThat(jar.out()).isEmpty();
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private boolean redisAnswers() throws IOException {
        String config = Files.readString(folder.resolve("data/redis/redis.conf"));
        Matcher port = Pattern.compile("(?m)^port (\\d+)$").matcher(config);
        assertThat(port.find()).isTrue();
        try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(port.group(1)))) {
            return true;
        } catch (ConnectException refused) {
            return false;
        }
    }
}
