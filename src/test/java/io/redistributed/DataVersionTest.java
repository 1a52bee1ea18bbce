package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.testing.RedisServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node starts on data of its own version only. */
class DataVersionTest {

    private static final RedisServer redis = RedisServer.start();
    private static final String KEY = "{rd:0}:version";
    private static final String API =
            "  - { name: \"java:io.redistributed.api.HttpVerticle\", config: { port: PORT } }\n";
    private static final String WORKER = """
              - { name: "java:io.redistributed.generate.SimulatedGenerator" }
              - { name: "java:io.redistributed.worker.WorkerVerticle" }
            """;

    @AfterAll
    static void stop() {
        redis.close();
    }

    @ParameterizedTest
    @CsvSource({"api, 1", "api, 3", "worker, 1", "worker, 3", "api, ''"})
    void otherVersionIsRefused(String role, String version) {
        redis.cli("FLUSHALL");
        redis.cli("SET", KEY, version);

        assertThatThrownBy(() -> start(role.equals("api") ? API : WORKER))
                .hasMessageContaining(
                        "Partition 0 in Redis at redis://127.0.0.1:" + redis.port() + " has data of version " + version
                                + ", but this node reads and writes version 2; use a node of that version");
        assertThat(redis.cli("KEYS", "*").toString()).isEqualTo("[" + KEY + "]");
    }

    @Test
    void firstNodeWritesVersion() {
        redis.cli("FLUSHALL");
        try (Service api = start(API);
                Service worker = start(WORKER)) {
            assertThat(redis.cli("GET", KEY)).isEqualTo("2");
            ApiClient client = api.client();
            assertThat(client.ended(client.submit("/reports?type=simulated", ""))
                            .getString("state"))
                    .isEqualTo("done");
        }
    }

    @Test
    void runningNodesRestoreVersionAndLogTheLoss() {
        redis.cli("FLUSHALL");
        try (LogCapture log = new LogCapture();
                Service api = start(API)) {
            eventually(() -> redis.cli("GET", "{rd:0}:reaped") != null);
            redis.cli("FLUSHALL");
            eventually(() -> "2".equals(redis.cli("GET", KEY)));
            eventually(() -> log.complaints().stream()
                    .anyMatch(line -> line.contains("seems to have lost data of partition 0: all reports")));
        }
    }

    @Test
    void runningNodesLeaveOtherVersionAlone() {
        redis.cli("FLUSHALL");
        try (LogCapture log = new LogCapture();
                Service api = start(API);
                Service worker = start(WORKER)) {
            redis.cli("EVAL", "redis.call('FLUSHALL') redis.call('SET', KEYS[1], '1')", "1", KEY);

            HttpResponse<String> refused = api.client().post("/reports?type=simulated", "");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("are of version 1, but this node reads and writes version 2");
            HttpResponse<String> health = api.client().get("/health/ready");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("are of version 1");
            eventually(() -> log.complaints().stream()
                    .anyMatch(line -> line.contains("Heartbeat of worker") && line.contains("are of version 1")));
            eventually(() -> log.complaints().stream()
                    .anyMatch(
                            line -> line.contains("Reaping partition 0 failed") && line.contains("are of version 1")));
            // A node may just have looked for the protocol when the data were replaced.
            redis.cli("DEL", "{rd:0}:protocol:1");
            assertThat(redis.cli("KEYS", "*").toString()).isEqualTo("[" + KEY + "]");
            redis.cli("SET", KEY, "2");
        }
    }

    @Test
    void keyOfAnotherTypeIsNamed() {
        redis.cli("FLUSHALL");
        try (Service api = start(API)) {
            // In one step, as the node restores the key.
            redis.cli("EVAL", "redis.call('DEL', KEYS[1]) redis.call('RPUSH', KEYS[1], '2')", "1", KEY);
            eventually(() ->
                    api.client().get("/health/ready").body().contains("key " + KEY + " is of type list, not string"));
        }
    }

    private static Service start(String verticles) {
        return Service.start(
                "redis: { endpoints: [\"" + redis.url() + "\"] }\nqueue: { lease: 1s }\nverticles:\n" + verticles);
    }
}
