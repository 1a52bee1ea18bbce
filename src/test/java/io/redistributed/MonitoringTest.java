package io.redistributed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.RedisCli;
import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The alert rules and the dashboard use metrics and labels that a node serves. */
@Tag("redis")
class MonitoringTest {

    private static final Path ALERTS = Path.of("conf/prometheus/alerts.yaml");
    private static final Path DASHBOARD = Path.of("conf/grafana/redistributed.json");

    /** A metric with its selector. */
    private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)\\{([^}]*)}");

    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

    /** Alerts on an increase of these, which Prometheus does not see if the first value that it scrapes is 1. */
    private static final List<String> COUNTED_FROM_ZERO =
            List.of("redistributed_queue_damaged_total{", "error_type=\"forged\"", "error_type=\"buffer_full\"");

    /** Begins like an envelope. */
    private static final byte[] MALFORMED = {(byte) 0xF7, 0x52, 0x44, 0x01};

    /** Set by Prometheus. */
    private static final Set<String> TARGET_LABELS = Set.of("job", "instance");

    private static final RedisServer redis = RedisServer.start();

    private static Service service;
    private static Map<String, Set<String>> served;

    @BeforeAll
    static void start() throws IOException {
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                tracing:
                  exporters: [store]
                  channels: [{ match: reports, write: envelope }]
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle" }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis.url()));
        await().untilAsserted(() ->
                assertThat(service.client().get("/metrics").body()).contains(COUNTED_FROM_ZERO));
        causeFaults(service.client());
        await().untilAsserted(() -> {
            served = served(service.client().get("/metrics").body());
            assertThat(served.keySet()).containsAll(used().keySet());
        });
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @Test
    void labelsAreServed() throws IOException {
        assertThat(used()).hasSizeGreaterThan(5);
        used().forEach((metric, labels) ->
                assertThat(served.get(metric)).as(metric).containsAll(labels));
    }

    @Test
    void operationsExplainEachAlert() throws IOException {
        String operations = Files.readString(Path.of("docs/operations.md"));
        List<String> alerts = ALERT.matcher(Files.readString(ALERTS))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(alerts).hasSizeGreaterThan(5).allSatisfy(alert -> assertThat(operations)
                .contains("| `" + alert + "` |"));
    }

    /** Prometheus' own tool: the rules parse, and each alert is raised by its fault and by nothing else. */
    @Test
    void alertsAreRaised() throws IOException, InterruptedException {
        Process promtool;
        try {
            promtool = new ProcessBuilder("promtool", "test", "rules", "conf/prometheus/alerts-test.yaml")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("promtool is not on the PATH (scripts/test.sh installs it)");
            return;
        }
        String output = new String(promtool.getInputStream().readAllBytes(), UTF_8);

        assertThat(promtool.waitFor()).as(output).isZero();
    }

    private static void causeFaults(ApiClient client) throws IOException {
        String id = client.submit("/reports?type=simulated", "");
        client.ended(id);
        Object channels = redis.cli("PUBSUB", "CHANNELS", "{rd:0}:worker:*");
        byte[] channel = ((List<?>) channels).get(0).toString().getBytes(UTF_8);
        try (RedisCli cli = redis.connect()) {
            cli.sendBytes(List.of("PUBLISH".getBytes(UTF_8), channel, MALFORMED));
            cli.read();
        }
        redis.cli("SET", "{rd:0}:report:" + id, "damaged");
        client.get("/reports/" + id);
        redis.cli("CONFIG", "SET", "maxmemory", "1");
        assertThat(client.post("/reports?type=simulated", "").statusCode()).isEqualTo(503);
        redis.cli("CONFIG", "SET", "maxmemory", "0");
    }

    /** Returns the labels by metric, of the text that Prometheus scrapes. */
    private static Map<String, Set<String>> served(String metrics) {
        return labels(SELECTOR.matcher(metrics), Set.of());
    }

    /** Returns the labels by metric, of the alerts and the dashboard. */
    private static Map<String, Set<String>> used() throws IOException {
        String dashboard = Files.readString(DASHBOARD).replace("\\\"", "\"");
        Map<String, Set<String>> used = labels(SELECTOR.matcher(Files.readString(ALERTS) + dashboard), TARGET_LABELS);
        assertThat(used).hasSizeGreaterThan(10);
        // Made by Prometheus.
        used.remove("up");
        return used;
    }

    private static Map<String, Set<String>> labels(Matcher selectors, Set<String> without) {
        Map<String, Set<String>> labels = new TreeMap<>();
        selectors.results().forEach(selector -> labels.computeIfAbsent(selector.group(1), first -> new TreeSet<>())
                .addAll(LABEL.matcher(selector.group(2))
                        .results()
                        .map(found -> found.group(1))
                        .filter(label -> !without.contains(label))
                        .toList()));
        return labels;
    }
}
