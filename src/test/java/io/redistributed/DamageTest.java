package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.queue.Records;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damages every kind of key that the queue has, in random order, values and places, while the service runs. After each,
 * another report ends, or {@code /health/ready} names the key. No response is an unexpected error.
 * {@code -Dredistributed.damage.seed=N} runs one order again.
 */
@Tag("slow")
class DamageTest {

    private static final String P = "{rd:0}:";
    private static final List<String> SORTED =
            List.of("waiting:simulated", "workers:simulated", "typesets", "heartbeats", "delayed", "recent");
    private static final List<String> HASHES = List.of("types", "announcers", "routes");
    private static final List<String> NUMBERS = List.of("bytes", "reaped", "grace");
    private static final List<String> SHARED = Stream.of(SORTED, HASHES, NUMBERS, List.of("waiting", "ended"))
            .flatMap(List::stream)
            .toList();
    private static final List<String> FIELDS = List.of(
            "state",
            "type",
            "request",
            "trace",
            "attempt",
            "worker",
            "created",
            "started",
            "ended",
            "cancelled",
            "progress",
            "previous",
            "failures",
            "crashes",
            "undelivered",
            "error",
            "errors",
            "contentType",
            "size",
            "result",
            "input");
    private static final List<String> GARBAGE = List.of(
            "",
            "x",
            "-1",
            "0",
            "1.5",
            "1e300",
            "inf",
            "-inf",
            "nan",
            "9".repeat(30),
            "{",
            "[]",
            "null",
            "\u0000\"'",
            "running",
            "queued",
            "done");
    private static final List<String> SCORES =
            List.of("0", "-1", "1.5", "1e300", "inf", "-inf", "1600000000000", "1600000000000000", "99999999999999");

    private static final int AT_ONCE = 8;

    private final long seed = Long.getLong("redistributed.damage.seed", System.nanoTime() % 1_000_000);
    private final Random random = new Random(seed);

    private RedisServer redis;
    private ApiClient client;

    private record Damage(String key, List<List<String>> commands) {

        static Damage of(String key, List<?>... commands) {
            return new Damage(
                    P + key,
                    Arrays.stream(commands)
                            .map(command ->
                                    command.stream().map(String::valueOf).toList())
                            .toList());
        }

        @Override
        public String toString() {
            return commands.toString();
        }
    }

    @ParameterizedTest
    @EnumSource(RefusedReportsTest.Kind.class)
    void damageAffectsNoOtherReportOrIsNamedByReadiness(RefusedReportsTest.Kind kind) {
        try (RedisServer server = kind.start("appendonly no");
                Service service = Service.start("""
                        redis: { endpoints: ["%s"] }
                        queue: { lease: 500ms, backoff: 50ms, retention: 20s }
                        verticles:
                          - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                          - { name: "java:io.redistributed.worker.WorkerVerticle", config: { slots: 3 } }
                          - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                        """.formatted(server.url()));
                LogCapture log = new LogCapture()) {
            redis = server;
            client = service.client();
            List<Damage> all = new ArrayList<>(damages());
            Collections.shuffle(all, random);
            for (int i = 0; i < all.size(); i += AT_ONCE) {
                // Reports of all states, for damage to find.
                List<String> reports = List.of(
                        submit("", "0s", 0),
                        submit("input", "50ms", 0),
                        submit("", "200ms", 0.5),
                        submit("", "100ms", 1));
                List<Damage> some = all.subList(i, Math.min(all.size(), i + AT_ONCE)).stream()
                        .map(damage -> ofReport(damage, any(reports)))
                        .toList();
                some.stream().flatMap(damage -> damage.commands.stream()).forEach(this::apply);
                assertGoesOn("seed " + seed + ", " + some);
            }
            assertThat(log.complaints())
                    .as("seed " + seed)
                    .noneMatch(line -> line.contains("[ERROR]") && !line.contains("are no longer in Redis"));
            assertThat(log.complaints()).as("seed " + seed).anyMatch(line -> line.contains("damaged entry"));
        }
    }

    @Test
    void skipsManyDamagedEntries() {
        try (RedisServer server = RedisServer.start("appendonly no");
                Service service = Service.start("""
                        redis: { endpoints: ["%s"] }
                        queue: { lease: 500ms }
                        verticles:
                          - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                          - { name: "java:io.redistributed.worker.WorkerVerticle", config: { slots: 1 } }
                          - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                        """.formatted(server.url()))) {
            redis = server;
            client = service.client();
            redis.cli("EVAL", "for i = 1, 1000 do redis.call('ZADD', KEYS[1], i, '0-' .. i) end", "1", P + "waiting");

            assertThat(client.ended(submit("", "0s", 0)).getString("state")).isEqualTo("done");
        }
    }

    @ParameterizedTest
    @CsvSource("contentType, 'text/plain\r\nx: y', contentType")
    void unsendableResultIsNamed(String field, String value, String named) {
        try (RedisServer server = RedisServer.start("appendonly no");
                Service service = Service.start("""
                        redis: { endpoints: ["%s"] }
                        verticles:
                          - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                          - { name: "java:io.redistributed.worker.WorkerVerticle" }
                          - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                        """.formatted(server.url()));
                LogCapture log = new LogCapture()) {
            redis = server;
            client = service.client();
            String id = submit("", "0s", 0);
            assertThat(client.ended(id).getString("state")).isEqualTo("done");

            redis.cli(Records.set(id, field, value));

            var answer = client.get("/reports/" + id + "/result");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("damaged in Redis", id, named);
            assertThat(log.complaints())
                    .singleElement()
                    .asString()
                    .startsWith("[WARN]")
                    .contains("damaged", named);
        }
    }

    private String submit(String input, String duration, double failureRate) {
        JsonObject report = new JsonObject()
                .put("type", "simulated")
                .put("input", input)
                .put("parameters", new JsonObject().put("duration", duration).put("failureRate", failureRate));
        String[] id = new String[1];
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            mend();
            var answer = client.post("/reports", report.encode(), "idempotency-key", "k" + random.nextInt(1_000_000));
            id[0] = answer.statusCode() == 202 ? new JsonObject(answer.body()).getString("id") : null;
            return id[0] != null;
        });
        return id[0];
    }

    private List<Damage> damages() {
        List<Damage> all = new ArrayList<>();
        for (String key : SHARED) {
            all.add(Damage.of(key, List.of("DEL", P + key)));
            all.add(Damage.of(
                    key,
                    List.of("DEL", P + key),
                    NUMBERS.contains(key) ? List.of("RPUSH", P + key, "x") : List.of("SET", P + key, any(GARBAGE))));
        }
        for (String key : SORTED) {
            for (int i = 0; i < 4; i++) {
                String member = random.nextBoolean() ? "REPORT" : any(GARBAGE);
                all.add(Damage.of(key, List.of("ZADD", P + key, any(SCORES), member)));
            }
        }
        for (String key : HASHES) {
            for (int i = 0; i < 4; i++) {
                String field = random.nextBoolean() && !key.equals("types") ? "WORKER" : "nobody" + i;
                all.add(Damage.of(key, List.of("HSET", P + key, field, any(GARBAGE))));
            }
        }
        for (int i = 0; i < 4; i++) {
            all.add(Damage.of("waiting", List.of("SADD", P + "waiting", any(GARBAGE))));
            all.add(Damage.of("waiting", List.of("SADD", P + "waiting", "simulated " + any(GARBAGE))));
            all.add(Damage.of("turns", List.of("SET", P + "turns", any(GARBAGE))));
        }
        for (String key : NUMBERS) {
            for (int i = 0; i < 4; i++) {
                all.add(Damage.of(key, List.of("SET", P + key, any(GARBAGE))));
            }
        }
        for (String entry : List.of("", "x", "1 gone", "99999999999999 gone", "12 ", " 12", "1 REPORT", "inf REPORT")) {
            all.add(Damage.of("ended", List.of(random.nextBoolean() ? "RPUSH" : "LPUSH", P + "ended", entry)));
        }
        for (String field : FIELDS) {
            all.add(Damage.of("report:REPORT", List.of(Records.remove("REPORT", field))));
            for (int i = 0; i < 2; i++) {
                all.add(Damage.of("report:REPORT", List.of(Records.set("REPORT", field, any(GARBAGE)))));
            }
        }
        for (String key :
                List.of("report:REPORT", "input:REPORT", "result:REPORT", "leased:WORKER", "damaged", "probe")) {
            for (int i = 0; i < 2; i++) {
                all.add(Damage.of(key, List.of("DEL", P + key)));
                all.add(Damage.of(key, List.of("DEL", P + key), List.of("SET", P + key, "x")));
                all.add(Damage.of(key, List.of("DEL", P + key), List.of("ZADD", P + key, "1", "x")));
            }
        }
        for (int i = 0; i < 3; i++) {
            all.add(Damage.of(
                    "leased:WORKER", List.of("HSET", P + "leased:WORKER", any(List.of("REPORT", "x")), any(GARBAGE))));
            all.add(Damage.of("idempotency", List.of("IDEMPOTENCY")));
        }
        return all;
    }

    private Damage ofReport(Damage damage, String report) {
        String worker = ((List<?>) tryCli("ZRANGE", P + "heartbeats", "0", "-1"))
                .stream()
                        .map(String::valueOf)
                        .filter(name -> name.contains("-"))
                        .findFirst()
                        .orElse("nobody");
        return new Damage(
                damage.key,
                damage.commands.stream()
                        .map(command -> command.stream()
                                .map(word -> word.replace("REPORT", report).replace("WORKER", worker))
                                .toList())
                        .toList());
    }

    /** What cannot be done, as the key has another type already or is not there, does no damage. */
    private void apply(List<String> command) {
        if (command.equals(List.of("IDEMPOTENCY"))) {
            for (Object key : (List<?>) redis.cli("KEYS", P + "idempotency:*")) {
                redis.cli("DEL", (String) key);
                redis.cli("SET", (String) key, any(GARBAGE));
            }
        } else {
            tryCli(command.toArray(String[]::new));
        }
    }

    private Object tryCli(String... command) {
        try {
            return redis.cli(command);
        } catch (UncheckedIOException e) {
            return List.of();
        }
    }

    private void assertGoesOn(String story) {
        Awaitility.await(story).atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            mend();
            var answer = client.post("/reports?type=simulated&duration=0s", "");
            assertThat(answer.statusCode()).as(story + answer.body()).isEqualTo(202);
            JsonObject ended =
                    new JsonObject(client.get("/reports/" + new JsonObject(answer.body()).getString("id") + "?wait=10s")
                            .body());
            assertThat(ended.getString("state")).as(story + ended).isEqualTo("done");
        });
        for (String path : List.of("/reports?limit=200", "/workers", "/report-types", "/metrics", "/health/live")) {
            var answer = client.get(path);
            assertThat(answer.statusCode())
                    .as(story + " " + path + answer.body())
                    .isEqualTo(200);
        }
        assertThat(client.get("/reports?limit=200").body()).as(story).contains("\"done\"");
    }

    /** Acts like an operator: removes the key that readiness names. */
    private void mend() {
        var ready = client.get("/health/ready");
        if (ready.statusCode() == 503) {
            List<String> named = SHARED.stream()
                    .filter(key -> ready.body().contains("key " + P + key + " is"))
                    .toList();
            assertThat(named).as(ready.body()).isNotEmpty();
            named.forEach(key -> redis.cli("DEL", P + key));
        }
    }

    private String any(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
