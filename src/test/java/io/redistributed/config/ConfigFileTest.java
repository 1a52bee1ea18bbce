package io.redistributed.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.settings.Settings;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

    private static final String LEAST = "verticles: [{ name: x }]\n";

    @TempDir
    private Path folder;

    @Test
    void defaultRunsEverythingInOneProcess() throws ConfigException {
        Config config = ConfigFile.read(null, Map.of(), Map.of());
        assertThat(config.source()).isEqualTo("the built-in configuration");
        assertThat(config.hasEmbeddedRedis()).isTrue();
        assertThat(config.redisData()).isEqualTo(Path.of("data/redis"));
        assertThat(config.deployments("redis://x"))
                .extracting(deployment -> deployment.name().replaceFirst(".*\\.", ""))
                .containsExactly(
                        "JaegerExporterVerticle",
                        "SummaryGenerator",
                        "SimulatedGenerator",
                        "WorkerVerticle",
                        "HttpVerticle");
    }

    @Test
    void verticleGetsOwnAndNodeSettings() throws Exception {
        Config config = read("""
                redis: { endpoints: ["redis://example:7000"], commandTimeout: 1s }
                tracing: { exporters: [jaeger] }
                queue: { lease: 5s }
                verticles:
                  - name: "java:io.redistributed.api.HttpVerticle"
                    instances: 3
                    config: { port: 1 }
                  - { name: io.redistributed.api.HttpVerticle }
                  - { name: other.Verticle, threads: worker }
                """);
        List<Config.Deployment> deployments = config.deployments(null);
        assertThat(deployments)
                .extracting(Config.Deployment::place)
                .containsExactly("verticles[0]", "verticles[1]", "verticles[2]");
        assertThat(deployments)
                .extracting(deployment -> node(deployment).getString("service"))
                .containsExactly("api", "api", "report-generator");
        assertThat(deployments.get(0).options().getInstances()).isEqualTo(3);
        assertThat(deployments.get(2).options().getThreadingModel()).isEqualTo(ThreadingModel.WORKER);
        assertThat(deployments.get(0).options().getConfig().getInteger("port")).isEqualTo(1);
        assertThat(node(deployments.get(2)))
                .isEqualTo(new JsonObject()
                        .put("redis", new JsonObject("""
                                {"endpoints": ["redis://example:7000"], "commandTimeout": "1s"}"""))
                        .put("queue", new JsonObject().put("lease", "5s"))
                        .put("auth", new JsonObject())
                        .put("tracing", new JsonObject().put("exporters", JsonArray.of("jaeger")))
                        .put("service", "report-generator")
                        .put("folder", folder.toString())
                        .put("dev", false));
    }

    @Test
    void readsJson() throws Exception {
        assertThat(names(read("{\"verticles\": [{\"name\": \"x\"}]}"))).containsExactly("x");
    }

    @Test
    void skipsByteOrderMark() throws Exception {
        assertThat(names(read("\uFEFF" + LEAST))).containsExactly("x");
    }

    @Test
    void namesMissingFile() {
        assertThatThrownBy(() -> ConfigFile.read(Path.of("conf/nope.yaml"), Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("conf/nope.yaml: no such file or folder");
    }

    @Test
    void rejectsFolder() {
        assertThatThrownBy(() -> ConfigFile.read(folder, Map.of(), Map.of())).hasMessage(folder + ": is a folder");
    }

    @Test
    void rejectsOtherEncodings() throws IOException {
        Path file = Files.write(folder.resolve("latin1.yaml"), "# größer\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ConfigFile.read(file, Map.of(), Map.of())).hasMessage(file + ": not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~ ~ | must be an object with the keys auth, logging, queue, redis, tracing, verticles",
                "[] | must be an object with the keys auth, logging, queue, redis, tracing, verticles",
                "text | must be an object with the keys auth, logging, queue, redis, tracing, verticles",
                "null | must be an object with the keys auth, logging, queue, redis, tracing, verticles",
                "{} | required property 'verticles' not found",
                "verticles: [} | line 1, column 13: ",
                "~verticles:\\n\\t- x~ | line 2, column 1: found character '\\t(TAB)' that cannot start any token",
                "~queue: {}\\nqueue: {}\\nverticles: [{name: x}]~ | line 2, column 6: Duplicate field 'queue'",
                "~verticles: [{name: x}]\\n---\\nverticles: []~ | line 3, column 1: Trailing token (of type START_OBJECT) found after value",
                "{\"verticles\": [ | line 1, column 16: ",
                "verticles: [] | verticles: must have at least 1 items but found 0",
                "verticles: x | verticles: string found, array expected",
                "verticles: [x] | verticles[0]: string found, object expected",
                "verticles: [{}] | verticles[0]: required property 'name' not found",
                "verticles: [{name: x, instances: 0}] | verticles[0].instances: must have a minimum value of 1",
                "verticles: [{name: x, instances: many}] | verticles[0].instances: string found, integer expected",
                "verticles: [{name: x, threads: virtual}] | verticles[0].threads: does not have a value in the enumeration [\"event_loop\", \"worker\"]",
                "verticles: [{name: x}, {name: y, confg: {}}] | verticles[1].confg: unknown key; allowed are config, instances, name, threads",
                "verticles: [{name: x, config: }] | verticles[0].config: null found, object expected (The verticle's own configuration)",
                "~verticles: [{name: x}]\\nqueues: {}~ | queues: unknown key; allowed are auth, logging, queue, redis, tracing, verticles",
                "~verticles: [{name: x}]\\nqueue: {lese: 1s}~ | queue.lese: unknown key; allowed are allowEviction, backoff, lease, maxAttempts, maxCrashes, maxStored, maxWaiting, partitions, retention, timeout",
                "~verticles: [{name: x}]\\nqueue: {lease: 10}~ | queue.lease: integer found, string expected (How long a worker owns its reports after a heartbeat, such as 10s: 500ms to 1h)",
                "~verticles: [{name: x}]\\nqueue: {lease: 10 s}~ | queue.lease: does not match the regex pattern",
                "~verticles: [{name: x}]\\nqueue: {lease: 1ms}~ | queue.lease: \"1ms\" is not a duration from 500ms to 1h",
                "~verticles: [{name: x}]\\nqueue: {maxAttempts: 0}~ | queue.maxAttempts: must have a minimum value of 1",
                "~verticles: [{name: x}]\\nqueue: {maxStored: 1}~ | queue.maxStored: integer found, string expected (Size of stored requests, inputs and results, such as 1GiB: 1MiB to 1TiB)",
                "~verticles: [{name: x}]\\nqueue: {maxStored: 1GB}~ | queue.maxStored: does not match the regex pattern",
                "~verticles: [{name: x}]\\nqueue: {maxStored: 1KiB}~ | queue.maxStored: \"1KiB\" is not a size from 1024KiB to 1TiB",
                "~verticles: [{name: x}]\\nqueue: {maxStored: 1025GiB}~ | queue.maxStored: \"1025GiB\" is not a size from 1024KiB to 1TiB",
                "~verticles: [{name: x}]\\nqueue: {maxWaiting: 99999999999999999999}~ | queue.maxWaiting: must have a maximum value of 10000000",
                "~verticles: [{name: x}]\\nredis: {mode: embeded}~ | redis.mode: does not have a value in the enumeration [\"embedded\", \"standalone\", \"sentinel\", \"cluster\"] (`embedded` starts a Redis server",
                "~verticles: [{name: x}]\\nredis: {mode: standalone}~ | redis.endpoints: [] is not an array of Redis URLs",
                "~verticles: [{name: x}]\\nredis: {endpoints: [localhost]}~ | redis.endpoints[0]: does not match the regex pattern ^rediss?://\\S+$ (URL of a Redis: redis[s]://",
                "~verticles: [{name: x}]\\nredis: {endpoints: [\"redis://localhost:port\"]}~ | redis.endpoints",
                "~verticles: [{name: x}]\\nredis: {endpoints: []}~ | redis.endpoints: must have at least 1 items but found 0",
                "~verticles: [{name: x}]\\nredis: {mode: embedded, endpoints: [\"redis://x\"]}~ | redis.endpoints: not allowed with redis.mode embedded",
                "~verticles: [{name: x}]\\nredis: {passwordFile: x}~ | redis.passwordFile: not allowed with redis.mode embedded",
                "~verticles: [{name: x}]\\nredis: {endpoints: [\"redis://x\"], userFile: x}~ | redis.passwordFile: \"\" is not a file, which userFile needs",
                "~verticles: [{name: x}]\\nredis: {endpoints: [\"redis://me@x\"], userFile: x, passwordFile: x}~ | redis.endpoints: 'redis://x' has credentials of its own",
                "~verticles: [{name: x}]\\nredis: {connectTimeout: 0s}~ | redis.connectTimeout: \"0s\" is not a duration from 1ms",
                "~verticles: [{name: x}]\\ntracing: {jaeger: {ui: \"http://u:p@jaeger:16686\"}}~ | tracing.jaeger.ui: does not match the regex pattern",
                "~verticles: [{name: x}]\\ntracing: {exporters: jaeger}~ | tracing.exporters: string found, array expected",
                "~verticles: [{name: x}]\\ntracing: {exporters: [zipkin]}~ | tracing.exporters[0]: does not have a value in the enumeration [\"store\", \"jaeger\", \"otlp\"]",
                "~verticles: [{name: x}]\\ntracing: {exporters: [{type: zipkin}]}~ | tracing.exporters[0].type: does not have a value in the enumeration [\"store\", \"jaeger\", \"otlp\"]",
                "~verticles: [{name: x}]\\ntracing: {exporters: [{endpoint: x}]}~ | tracing.exporters[0]: required property 'type' not found",
                "~verticles: [{name: x}]\\ntracing: {ratio: 2}~ | tracing.ratio: must have a maximum value of 1 (Share of traces that the traceidratio samplers keep, 0 to 1)",
                "~verticles: [{name: x}]\\ntracing: {ratio: .nan}~ | line 2, column 22: Malformed numeric value '.nan'",
                "~verticles: [{name: x}]\\ntracing: {sampler: sometimes}~ | tracing.sampler: does not have a value in the enumeration",
                "~verticles: [{name: x}]\\ntracing: {channels: [{relation: link}]}~ | tracing.channels[0]: required property 'match' not found",
                "~verticles: [{name: x}, {name: 'java:io.redistributed.api.HttpVerticle', config: {port: '80'}}]~ | verticles[1] (java:io.redistributed.api.HttpVerticle): port: \"80\" is not a whole number from 0 to 65535",
                "~verticles: [{name: io.redistributed.api.HttpVerticle, config: {hosts: }}]~ | verticles[0] (io.redistributed.api.HttpVerticle): hosts: null is not an array",
                "~verticles: [{name: io.redistributed.api.HttpVerticle, config: {tls: {key: k}}}]~ | verticles[0] (io.redistributed.api.HttpVerticle): tls.certificate: must be the name of a PEM file",
                "~verticles: [{name: io.redistributed.api.HttpVerticle, config: {host: 0.0.0.0}}]~ | verticles[0] (io.redistributed.api.HttpVerticle): host: other machines reach",
                "~verticles: [{name: io.redistributed.api.MetricsVerticle, config: {port: -1}}]~ | verticles[0] (io.redistributed.api.MetricsVerticle): port: -1 is not",
                "~verticles: [{name: io.redistributed.api.ViewerVerticle, config: {grpcPort: x}}]~ | verticles[0] (io.redistributed.api.ViewerVerticle): grpcPort: \"x\" is not",
                "~verticles: [{name: x}]\\ntracing: {channels: [{match: a, relation: friend}]}~ | tracing.channels[0].relation: does not have a value in the enumeration",
            })
    void errorIsOneLineWithFileAndPosition(String text, String message) throws IOException {
        Path file = file(text.replace("\\n", "\n").replace("\\t", "\t"));
        assertThatThrownBy(() -> ConfigFile.read(file, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + ": " + message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void reportsAllErrorsAtOnce() {
        assertThatThrownBy(() -> read(LEAST + "queue: { maxAttempts: 0, lease: soon }"))
                .hasMessageContaining("queue.lease: does not match")
                .hasMessageContaining("; queue.maxAttempts: must");
    }

    @Test
    void errorsAreEnglishInEveryLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThatThrownBy(() -> read("{}")).hasMessageContaining("required property 'verticles' not found");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void hidesPassword() {
        assertThatThrownBy(() -> read(LEAST + "redis: { endpoints: [\"http://:secret@host\"] }"))
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> read(LEAST + "redis: { endpoints: [\"redis://:secret@ho st\"] }"))
                .hasMessageNotContaining("secret");
    }

    @Test
    void environmentOverridesFileAndPropertiesOverrideEnvironment() throws Exception {
        Path file = file(LEAST + "queue: { lease: 1s, maxAttempts: 1, maxCrashes: 1 }");
        Config config = ConfigFile.read(
                file,
                Map.of("REDISTRIBUTED_QUEUE_LEASE", "2s", "REDISTRIBUTED_QUEUE_MAXATTEMPTS", "2", "PATH", "/bin"),
                Map.of("redistributed.queue.lease", "3s", "java.version", "17"));
        assertThat(node(config.deployments("redis://x").get(0)).getJsonObject("queue"))
                .isEqualTo(new JsonObject("{\"lease\": \"3s\", \"maxAttempts\": 2, \"maxCrashes\": 1}"));
    }

    @Test
    void overridesAreYaml() throws Exception {
        Config config = ConfigFile.read(
                file(LEAST),
                Map.of(
                        "REDISTRIBUTED_TRACING_EXPORTERS", "[store, {type: jaeger}]",
                        "REDISTRIBUTED_QUEUE_MAXWAITING", "7"),
                Map.of("redistributed.tracing.ratio", "0.5", "redistributed.redis.data", "/tmp/some where"));
        assertThat(config.tracing())
                .isEqualTo(new JsonObject("{\"exporters\": [\"store\", {\"type\": \"jaeger\"}], \"ratio\": 0.5}"));
        assertThat(config.redisData()).isEqualTo(Path.of("/tmp/some where"));
        assertThat(node(config.deployments("redis://x").get(0)).getJsonObject("queue"))
                .isEqualTo(new JsonObject("{\"maxWaiting\": 7}"));
    }

    @Test
    void overridesConfigOfVerticle() throws Exception {
        Config config = ConfigFile.read(
                null,
                Map.of(
                        "REDISTRIBUTED_VERTICLES_4_CONFIG_HOST",
                        "127.0.0.2",
                        "REDISTRIBUTED_VERTICLES_3_INSTANCES",
                        "2"),
                Map.of(
                        "redistributed.verticles.4.config.port",
                        "9999",
                        "redistributed.verticles.4.config.maxBodyBytes",
                        "1"));
        List<Config.Deployment> deployments = config.deployments("redis://x");
        JsonObject own = deployments.get(4).options().getConfig().copy();
        own.remove(Settings.NODE);
        assertThat(own).isEqualTo(new JsonObject("{\"host\": \"127.0.0.2\", \"port\": 9999, \"maxBodyBytes\": 1}"));
        assertThat(deployments.get(3).options().getInstances()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "REDISTRIBUTED_QUEU_LEASE | 1s | unknown key 'QUEU'; allowed are auth, logging, queue, redis, tracing, verticles",
                "REDISTRIBUTED_QUEUE_LESE | 1s | unknown key 'LESE'; allowed are allowEviction, backoff",
                "REDISTRIBUTED_ | 1s | unknown key ''; allowed are auth, logging, queue",
                "REDISTRIBUTED_QUEUE_LEASE_NOW | 1s | queue.lease has no keys",
                "REDISTRIBUTED_QUEUE_LEASE | soon | queue.lease: does not match the regex pattern",
                "REDISTRIBUTED_QUEUE_LEASE | [1 | not a YAML value: line 1",
                "REDISTRIBUTED_QUEUE | 5 | queue: integer found, object expected",
                "REDISTRIBUTED_TRACING_EXPORTERS | [zipkin] | tracing.exporters[0]: does not have a value",
                "REDISTRIBUTED_VERTICLES_1_INSTANCES | 2 | '1' is not one of the indices 0 to 0",
                "REDISTRIBUTED_VERTICLES_FIRST_INSTANCES | 2 | 'FIRST' is not one of the indices 0 to 0",
                "REDISTRIBUTED_VERTICLES_0_INSTANCES | two | verticles[0].instances: string found, integer expected",
            })
    void namesInvalidVariable(String variable, String value, String message) throws IOException {
        Path file = file(LEAST + "queue: { lease: 1s }");
        assertThatThrownBy(() -> ConfigFile.read(file, Map.of(variable, value), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + ": " + variable + ": " + message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void namesInvalidProperty() {
        assertThatThrownBy(() -> ConfigFile.read(null, Map.of(), Map.of("redistributed.verticles.4.port", "1")))
                .hasMessage(
                        "the built-in configuration: redistributed.verticles.4.port: unknown key 'port'; allowed are"
                                + " config, instances, name, threads");
    }

    @Test
    void standardEndpointAppliesToExportersWithoutOne() throws Exception {
        assertThat(exporters("[store, otlp, jaeger]", Map.of(), Map.of()))
                .isEqualTo(JsonArray.of("store", "otlp", "jaeger"));
        assertThat(exporters(
                        "[store, otlp, jaeger, {type: otlp, endpoint: \"http://mine:1\"}]",
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317",
                                "OTEL_EXPORTER_JAEGER_ENDPOINT", "http://b:14250"),
                        Map.of()))
                .isEqualTo(new JsonArray("""
                        ["store", {"type": "otlp", "endpoint": "http://a:4317"},
                         {"type": "jaeger", "endpoint": "http://b:14250"},
                         {"type": "otlp", "endpoint": "http://mine:1"}]"""));
    }

    @Test
    void readsOtlpVariablesLikeOpenTelemetry() throws Exception {
        assertThat(exporters(
                        "[otlp]",
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4318/base/",
                                "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                        Map.of()))
                .isEqualTo(new JsonArray("""
                        [{"type": "otlp", "protocol": "http/protobuf", "endpoint": "http://a:4318/base/v1/traces"}]"""));
        assertThat(exporters(
                        "[{type: otlp, protocol: http/protobuf}]",
                        Map.of(
                                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                                "http://a:4318/own",
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                "x"),
                        Map.of()))
                .isEqualTo(new JsonArray("""
                        [{"type": "otlp", "protocol": "http/protobuf", "endpoint": "http://a:4318/own"}]"""));
        assertThat(exporters(
                        "[otlp]",
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1"),
                        Map.of("otel.exporter.otlp.endpoint", "http://b:2")))
                .isEqualTo(new JsonArray("[{\"type\": \"otlp\", \"endpoint\": \"http://b:2\"}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"all-in-one.yaml"})
    void examplesAreValid(String example) throws ConfigException {
        assertThat(names(ConfigFile.read(Path.of("conf", example), Map.of(), Map.of())))
                .isNotEmpty();
    }

    private JsonArray exporters(String exporters, Map<String, String> environment, Map<String, String> properties)
            throws Exception {
        Path file = file(LEAST + "tracing: { exporters: " + exporters + " }");
        return ConfigFile.read(file, environment, properties).tracing().getJsonArray("exporters");
    }

    private Config read(String text) throws Exception {
        return ConfigFile.read(file(text), Map.of(), Map.of());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("test.yaml"), text);
    }

    private static List<String> names(Config config) {
        return config.deployments("redis://x").stream()
                .map(Config.Deployment::name)
                .toList();
    }

    private static JsonObject node(Config.Deployment deployment) {
        return deployment.options().getConfig().getJsonObject(Settings.NODE);
    }
}
