package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients and operators see while Redis answers, and refuses. */
@Tag("slow")
class RefusedReportsTest {

    private static final String SIMULATED = "/reports?type=simulated";
    private static final String CONFIG = """
            redis: { endpoints: ["%s"] }
            queue: { lease: 1s%s }
            verticles:
              - { name: "java:io.redistributed.generate.SimulatedGenerator" }
              - { name: "java:io.redistributed.worker.WorkerVerticle", config: { slots: 4 } }
              - { name: "java:io.redistributed.api.HttpVerticle", instances: 2, config: { port: PORT } }
            """;

    /** Redis 6.2 wraps the errors of scripts. */
    enum Kind {
        ON_THE_PATH(RedisServer::start),
        BUNDLED_6_2(RedisServer::startBundled);

        private final Function<String[], RedisServer> starter;

        Kind(Function<String[], RedisServer> starter) {
            this.starter = starter;
        }

        RedisServer start(String... lines) {
            return starter.apply(lines);
        }
    }

    @TempDir
    Path temporary;

    private final LogCapture log = new LogCapture();
    private RedisServer redis;
    private Service service;
    private ApiClient client;

    @AfterEach
    void stop() {
        if (service != null) {
            service.close();
        }
        if (redis != null) {
            redis.close();
        }
        log.close();
    }

    @ParameterizedTest
    @EnumSource
    void outOfMemoryRefusesNewReportsAndEndsRunning(Kind kind) {
        start(kind.start(), "");
        String short1 = client.submit(SIMULATED + "&duration=300ms", "");
        String endless = client.submit(SIMULATED + "&duration=60m", "");

        redis.cli("CONFIG", "SET", "maxmemory", "1kb");

        for (int i = 0; i < 10; i++) {
            assertRefused("OOM command not allowed");
        }
        assertThat(client.ended(short1).getString("state")).isEqualTo("done");
        client.send("DELETE", "/reports/" + endless, BodyPublishers.noBody());
        assertThat(client.ended(endless).getString("state")).isEqualTo("cancelled");
        assertThat(client.post("/reports/" + endless + "/retry", "").statusCode())
                .isEqualTo(503);

        redis.cli("CONFIG", "SET", "maxmemory", "0");
        assertReadyAgain();
        assertThat(log.complaints()).hasSize(1).first().asString().contains("Partition 0 accepts no reports", "OOM");
    }

    @ParameterizedTest
    @EnumSource
    void inputLongerThanRedisAcceptsIsTooLarge(Kind kind) {
        start(kind.start(), "");
        redis.cli("CONFIG", "SET", "proto-max-bulk-len", "1mb");

        String report = new JsonObject()
                .put("type", "simulated")
                .put("input", "x".repeat(3 << 20))
                .encode();
        HttpResponse<String> answer = client.post("/reports", report, "content-type", "application/json");

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(new JsonObject(answer.body()).getString("detail"))
                .contains("larger than Redis accepts (proto-max-bulk-len)", "invalid bulk length");
        assertThat(client.ended(client.submit(SIMULATED, "")).getString("state"))
                .isEqualTo("done");
    }

    @ParameterizedTest
    @EnumSource
    void outOfMemoryStillRemovesEndedReports(Kind kind) {
        start(kind.start(), ", retention: 1s");
        String id = client.submit(SIMULATED, "");
        assertThat(client.ended(id).getString("state")).isEqualTo("done");

        redis.cli("CONFIG", "SET", "maxmemory", "1kb");

        eventually(() -> client.get("/reports/" + id).statusCode() == 404);
    }

    @ParameterizedTest
    @EnumSource
    void fullDiskRefusesReportsAndDelaysOutcomes(Kind kind) throws Exception {
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        start(kind.start("appendonly no", "dir " + disk, "save 3600 1"), "");
        String id = client.submit(SIMULATED + "&duration=1s", "");

        Files.delete(disk);
        redis.cli("BGSAVE");
        eventually(() -> ((String) redis.cli("INFO", "persistence")).contains("rdb_last_bgsave_status:err"));

        assertRefused("MISCONF");
        assertThat(client.get("/reports/" + id + "?wait=2s").body()).contains("\"running\"");
        redis.cli("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");

        JsonObject ended = client.ended(id);
        assertThat(ended.getString("state")).isEqualTo("done");
        assertThat(ended.getInteger("attempt")).isEqualTo(1);
        assertReadyAgain();
        assertThat(log.complaints()).noneMatch(line -> line.contains("[ERROR]"));
    }

    @ParameterizedTest
    @CsvSource({
        "ON_THE_PATH, -zadd",
        "ON_THE_PATH, -hmget",
        "ON_THE_PATH, -sadd",
        "ON_THE_PATH, -hlen",
        "BUNDLED_6_2, -zadd",
        "BUNDLED_6_2, -sadd",
        "BUNDLED_6_2, -zrange",
    })
    void missingPermissionLosesNoReport(Kind kind, String rule) {
        start(kind.start(), "");
        List<String> ids = IntStream.range(0, 20)
                .mapToObj(i -> client.submit(SIMULATED + "&duration=300ms", ""))
                .toList();

        redis.cli("ACL", "SETUSER", "default", rule);
        eventually(() -> log.complaints().stream()
                .anyMatch(line -> line.contains("Reaping partition 0 failed")
                        && line.contains(
                                kind == Kind.BUNDLED_6_2 ? "The user executing the script" : rule.substring(1))));
        // The next probe tells.
        eventually(() -> client.get("/health/ready").statusCode() == 503);
        redis.cli("ACL", "SETUSER", "default", "+@all");

        assertThat(ids)
                .isNotEmpty()
                .allMatch(id -> client.ended(id).getString("state").equals("done"));
        assertThat(log.complaints()).noneMatch(line -> line.contains("damaged"));
    }

    /** It takes every new connection, and refuses the first command on it. */
    @ParameterizedTest
    @EnumSource
    void replicaRefusesReportsAndIsLoggedOnce(Kind kind) {
        start(kind.start(), "");
        redis.cli("REPLICAOF", "127.0.0.1", "1");

        HttpResponse<String> refused = client.post(SIMULATED, "");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("READONLY");
        int enough = 60;
        eventually(() -> connectionsReceived() > enough);
        redis.cli("REPLICAOF", "NO", "ONE");

        assertReadyAgain();
        assertThat(log.complaints().stream().filter(line -> line.contains("Lost connection")))
                .hasSize(1);
    }

    private int connectionsReceived() {
        return ((String) redis.cli("INFO", "stats"))
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "ON_THE_PATH, -evalsha, NOPERM",
        "ON_THE_PATH, -hset, NOPERM",
        "ON_THE_PATH, resetchannels, NOPERM",
        "BUNDLED_6_2, -evalsha, NOPERM",
        "BUNDLED_6_2, -hset, The user executing the script",
        "BUNDLED_6_2, resetchannels, The user executing the script",
    })
    void missingPermissionRefusesReports(Kind kind, String rule, String reason) {
        start(kind.start(), "");

        redis.cli("ACL", "SETUSER", "default", rule);

        assertRefused(rule.equals("-evalsha") || kind == Kind.BUNDLED_6_2 ? reason : "The user executing the script");
        redis.cli("ACL", "SETUSER", "default", "allchannels", "+@all");
        assertReadyAgain();
        // Redis ends connections that subscribe to channels that are no longer allowed.
        assertThat(log.complaints())
                .noneMatch(line -> line.contains("[ERROR]") && !line.contains("refuses to resubscribe"));
    }

    @Test
    void missingReplicasRefuseReports() {
        start(RedisServer.start(), "");

        redis.cli("CONFIG", "SET", "min-replicas-to-write", "1");

        assertRefused("NOREPLICAS");
        redis.cli("CONFIG", "SET", "min-replicas-to-write", "0");
        assertReadyAgain();
    }

    @Test
    void skipsRefusingPartition() {
        start(RedisServer.start(), ", partitions: 2");

        redis.cli("SET", "{rd:1}:waiting", "no sorted set");

        eventually(() -> reasons().contains("{rd:1}:waiting"));
        assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
        for (int i = 0; i < 10; i++) {
            assertThat(client.submit(SIMULATED, "")).startsWith("0-");
        }
    }

    @ParameterizedTest
    @CsvSource({"allkeys-lru, worker.WorkerVerticle", "volatile-ttl, api.HttpVerticle"})
    void doesNotStartOnEvictingRedis(String policy, String verticle) {
        redis = RedisServer.start("maxmemory-policy " + policy, "maxmemory 1gb");
        assertThatThrownBy(() -> Service.start("""
                        redis: { endpoints: ["%s"] }
                        verticles: [{ name: "java:io.redistributed.%s" }]
                        """.formatted(redis.url(), verticle)))
                .hasMessageContainingAll("maxmemory-policy " + policy, "set it to noeviction", "queue.allowEviction");
    }

    @Test
    void evictionCanBeAllowed() {
        start(RedisServer.start("maxmemory-policy allkeys-lru"), ", allowEviction: true");

        assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(log.complaints()).hasSize(1).first().asString().contains("[WARN]", "maxmemory-policy allkeys-lru");
    }

    @Test
    void isNotReadyWhenRedisBeginsToEvict() {
        start(RedisServer.start(), "");

        redis.cli("CONFIG", "SET", "maxmemory-policy", "volatile-lru");

        eventually(() -> client.get("/health/ready").statusCode() == 503);
        assertThat(reasons()).contains("maxmemory-policy volatile-lru");
        assertThat(log.complaints()).hasSize(1).first().asString().contains("[ERROR]", "volatile-lru");
        redis.cli("CONFIG", "SET", "maxmemory-policy", "noeviction");
        assertReadyAgain();
    }

    @Test
    void warnsIfPolicyIsNotReadable() {
        redis = RedisServer.start();
        redis.cli("ACL", "SETUSER", "some", "on", ">secret", "~*", "&*", "+@all", "-info", "-config");
        start(redis, "", redis.url().replace("//", "//some:secret@"));

        assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(log.complaints()).hasSize(1).first().asString().contains("[WARN]", "maxmemory-policy neither");
    }

    @Test
    void unreadableTypeHidesNoOther() {
        redis = RedisServer.start();
        redis.cli("HSET", "{rd:0}:types", "x", "{", "y", "{\"title\":1}", "z", "[]", "w", "{\"parameters\":\"none\"}");
        start(redis, "");

        String id = client.submit(SIMULATED, "");
        assertThat(client.ended(id).getString("state")).isEqualTo("done");
        assertThat(client.get("/report-types").body()).contains("simulated").doesNotContain("\"x\"", "\"y\"", "\"w\"");
        for (String type : List.of("w", "x", "y", "z")) {
            assertThat(log.complaints()).anyMatch(line -> line.contains("[WARN]") && line.contains("'" + type + "'"));
        }
        assertThat(log.complaints()).noneMatch(line -> line.contains("[ERROR]"));
    }

    private void start(RedisServer server, String rules) {
        start(server, rules, server.url());
    }

    private void start(RedisServer server, String rules, String url) {
        redis = server;
        service = Service.start(CONFIG.formatted(url, rules));
        client = service.client();
    }

    private void assertRefused(String reason) {
        HttpResponse<String> answer = client.post(SIMULATED, "");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains(reason).doesNotContain("user_script");
        assertThat(client.get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(reasons()).contains(reason);
        assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
    }

    private void assertReadyAgain() {
        eventually(() -> client.get("/health/ready").statusCode() == 200);
        assertThat(client.ended(client.submit(SIMULATED, "")).getString("state"))
                .isEqualTo("done");
        assertThat(new JsonObject(client.get("/health/ready").body()).getMap()).doesNotContainKey("reasons");
    }

    private String reasons() {
        return String.valueOf(new JsonObject(client.get("/health/ready").body()).getValue("reasons", List.of()));
    }
}
