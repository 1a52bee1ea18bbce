package io.redistributed;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.queue.ScriptCommands;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.Waiting;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The users of conf/redis/users.acl can do what a node does as each of them, and nothing more. Nodes with an API, with a worker,
 * and with an API that only reads use a Redis with these users, while MONITOR tells what they need. {@code mvn test
 * -Dtest=RedisUsersTest -Ddocs.write} renews the commands in the file.
 */
@Tag("redis")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisUsersTest {

    private static final Path FILE = Path.of("conf/redis/users.acl");
    private static final String API = "redistributed-api";
    private static final String WORKER = "redistributed-worker";
    private static final String READER = "redistributed-reader";
    private static final int SLOTS = 4;
    private static final boolean IS_RENEWING = System.getProperty("docs.write") != null;

    private final Map<String, ScriptCommands> scripts = ScriptCommands.byDigest();
    private RedisServer redis;
    private RedisUse use;
    private Set<String> writing;
    private int readerStatus;
    private List<String> keysBefore;
    private List<String> keysAfter;

    @BeforeAll
    void useRedis() throws IOException {
        redis = RedisServer.start();
        for (String user : List.of(API, WORKER, READER)) {
            setUser(user, IS_RENEWING && !user.equals(READER) ? List.of("+@all") : List.of());
        }
        writing = words(redis.cli("ACL", "CAT", "write"));
        use = RedisUse.watch(redis);
        try (Service worker = Service.start(worker());
                Service api = Service.start(api(url(API, redis)));
                Service reader = Service.start(api(url(READER, redis)))) {
            List<String> running = request(api.client(), reader.client());
            read(api.client());
            redis.cli("SCRIPT", "FLUSH");
            read(reader.client());
            writeAsReader(reader.client());
            running.forEach(id -> cancel(api.client(), id));
            eventually(() -> use.commands(WORKER).containsAll(Set.of("get", "ping", "unsubscribe"))
                    && use.commands(API).containsAll(Set.of("ping", "unsubscribe"))
                    && use.commands(READER).containsAll(Set.of("ping", "unsubscribe")));
            eventually(() -> {
                manyInputs(api.client());
                return use.commands(WORKER).contains("mget");
            });
        }
        use.close();
        if (IS_RENEWING) {
            renew();
        }
    }

    @AfterAll
    void stop() {
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {API, WORKER, READER})
    void haveRightsToWhatTheyDo(String user) throws IOException {
        Set<String> granted = commands(user);
        assertThat(granted).isNotEmpty().containsExactlyElementsOf(needed(user));
    }

    @ParameterizedTest
    @ValueSource(strings = {API, WORKER, READER})
    void missEachRule(String user) throws IOException {
        List<List<String>> calls = use.calls(user)
                .filter(call -> !call.command().equals("hello"))
                .map(RedisUse.Call::words)
                .filter(words -> isAllowed(user, words))
                .distinct()
                .toList();
        assertThat(calls).isNotEmpty();
        Set<String> inScripts =
                calledScripts(user).flatMap(script -> script.all().stream()).collect(Collectors.toSet());
        List<String> idle = new ArrayList<>();
        // Without the first two, "on" and the password, Redis refuses the login.
        for (String rule : rules(user).subList(2, rules(user).size())) {
            List<String> others = new ArrayList<>(rules(user));
            others.remove(rule);
            redis.cli(Stream.concat(Stream.of("ACL", "SETUSER", "reduced", "reset"), others.stream())
                    .toArray(String[]::new));
            boolean isMissed = calls.stream().anyMatch(words -> !isAllowed("reduced", words));
            // A command of a script may belong to a case that did not occur.
            if (!isMissed && !inScripts.contains(rule.replaceFirst("^\\+", ""))) {
                idle.add(rule);
            }
        }
        assertThat(idle).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {API, WORKER})
    void areRefusedNothing(String user) {
        assertThat(String.valueOf(redis.cli("ACL", "LOG"))).doesNotContain(user);
    }

    @Test
    void readerWritesNothing() throws IOException {
        assertThat(commands(READER)).doesNotContainAnyElementsOf(writing).doesNotContain("publish", "spublish");
        assertThat(readerStatus).isEqualTo(503);
        assertThat(keysAfter).isNotEmpty().isEqualTo(keysBefore);
    }

    /** Redis checks transactions of the append-only file, which every script writes, with the rights of the user default. */
    @Test
    void reportsSurviveARestart() throws IOException {
        try (RedisServer withFile = RedisServer.start()) {
            String id;
            try (Service service = Service.start(api("redis://127.0.0.1:" + withFile.port()))) {
                id = service.client().submit("/reports?type=simulated", "");
            }
            Path configuration = withFile.folder().resolve("redis.conf");
            Files.writeString(configuration, "aclfile " + FILE.toAbsolutePath() + "\n", APPEND);
            withFile.restart();
            assertThatThrownBy(() -> withFile.cli("GET", "any")).hasMessageContaining("NOAUTH");
            assertThatThrownBy(() -> withFile.cli("AUTH", "default", "")).hasMessageContaining("WRONGPASS");
            try (Service service = Service.start(api(url(API, withFile)))) {
                assertThat(service.client().get("/reports/" + id).statusCode()).isEqualTo(200);
            }
        }
    }

    /** Returns reports that still run. */
    private static List<String> request(ApiClient client, ApiClient reader) {
        String large = client.submit("/reports?type=simulated&resultBytes=200000", "", "idempotency-key", "one");
        assertThat(client.ended(large).getString("state")).isEqualTo("done");
        assertThat(client.submit("/reports?type=simulated&resultBytes=200000", "", "idempotency-key", "one"))
                .isEqualTo(large);
        assertThat(client.get("/reports/" + large + "/result").body()).hasSize(200_000);
        assertThat(client.ended(client.submit("/reports?type=summary", "a,b\n1,2\n"))
                        .getString("state"))
                .isEqualTo("done");
        // In chunks.
        String input = "a,b\n" + "1,2\n".repeat(150_000);
        assertThat(client.ended(client.submit("/reports?type=summary", input)).getString("state"))
                .isEqualTo("done");
        String failed = client.submit("/reports?type=simulated&failureRate=1", "");
        assertThat(client.ended(failed).getString("state")).isEqualTo("failed");
        assertThat(client.post("/reports/" + failed + "/retry", "").statusCode())
                .isEqualTo(202);
        assertThat(client.ended(failed).getString("state")).isEqualTo("failed");
        String running = client.submit("/reports?type=simulated&duration=60s", "");
        List<String> others = IntStream.range(1, SLOTS)
                .mapToObj(i -> client.submit("/reports?type=simulated&duration=60s", ""))
                .toList();
        String waiting = client.submit("/reports?type=simulated&duration=60s", "");
        assertThat(reader.get("/reports/" + running + "?wait=10ms").body()).contains("running");
        cancel(client, waiting);
        cancel(client, running);
        return others;
    }

    private static void cancel(ApiClient client, String id) {
        delete(client, "/reports/" + id);
        assertThat(client.ended(id).getString("state")).isEqualTo("cancelled");
    }

    private static int delete(ApiClient client, String path) {
        return client.send("DELETE", path, BodyPublishers.noBody()).statusCode();
    }

    private static void read(ApiClient client) {
        JsonObject page = new JsonObject(client.get("/reports").body());
        String id = page.getJsonArray("reports").getJsonObject(0).getString("id");
        for (String path :
                List.of("/reports/" + id, "/reports/" + id + "?wait=1ms", "/report-types", "/workers", "/metrics")) {
            assertThat(client.get(path).statusCode()).as(path).isEqualTo(200);
        }
    }

    private void writeAsReader(ApiClient client) {
        keysBefore = keys();
        readerStatus = client.post("/reports?type=simulated", "").statusCode();
        for (Object report : new JsonObject(client.get("/reports").body()).getJsonArray("reports")) {
            String path = "/reports/" + ((JsonObject) report).getString("id");
            switch (((JsonObject) report).getString("state")) {
                case "done" ->
                    assertThat(client.get(path + "/result").statusCode()).isEqualTo(200);
                case "failed", "cancelled" ->
                    assertThat(client.post(path + "/retry", "").statusCode()).isEqualTo(503);
                default -> assertThat(delete(client, path)).isEqualTo(503);
            }
        }
        keysAfter = keys();
    }

    private List<String> keys() {
        return words(redis.cli("KEYS", "{rd:0}:*")).stream()
                .filter(key -> key.matches(".*:(report|result|input|idempotency|waiting).*"))
                .toList();
    }

    private static void manyInputs(ApiClient client) {
        List<CompletableFuture<String>> inputs = IntStream.range(0, 8)
                .mapToObj(
                        i -> CompletableFuture.supplyAsync(() -> client.submit("/reports?type=summary", "a,b\n1,2\n")))
                .toList();
        inputs.forEach(
                id -> assertThat(client.ended(id.join()).getString("state")).isEqualTo("done"));
    }

    /** What the user sends, and what the scripts may do that it calls. A reader's calls of scripts that write are refused. */
    private Set<String> needed(String user) {
        Set<String> needed = new TreeSet<>(use.commands(user));
        calledScripts(user).forEach(script -> needed.addAll(script.all()));
        if (user.equals(READER)) {
            needed.removeAll(writing);
            needed.remove("publish");
        }
        return needed;
    }

    private Stream<ScriptCommands> calledScripts(String user) {
        return use.scripts(user).stream()
                .map(digest -> scripts.getOrDefault(digest, new ScriptCommands(Set.of("unknown script"), Set.of())))
                .filter(script ->
                        !user.equals(READER) || script.needed().stream().noneMatch(writing::contains));
    }

    private boolean isAllowed(String user, List<String> words) {
        String[] dryRun =
                Stream.concat(Stream.of("ACL", "DRYRUN", user), words.stream()).toArray(String[]::new);
        return "OK".equals(redis.cli(dryRun));
    }

    private void setUser(String user, List<String> more) throws IOException {
        redis.cli(Stream.of(List.of("ACL", "SETUSER", user), rules(user), more)
                .flatMap(List::stream)
                .toArray(String[]::new));
    }

    private void renew() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("user default " + String.join(" ", rules("default")));
        for (String user : List.of(API, WORKER, READER)) {
            String others =
                    rules(user).stream().filter(rule -> !rule.startsWith("+")).collect(Collectors.joining(" "));
            lines.add("user " + user + " " + others + " "
                    + needed(user).stream().map(command -> "+" + command).collect(Collectors.joining(" ")));
        }
        Files.write(FILE, lines);
    }

    private static Set<String> commands(String user) throws IOException {
        return rules(user).stream()
                .filter(rule -> rule.startsWith("+"))
                .map(rule -> rule.substring(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> rules(String user) throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(line -> line.startsWith("user " + user + " "))
                .flatMap(line -> Stream.of(line.split(" ")).skip(2))
                .toList();
    }

    private static Set<String> words(Object reply) {
        return ((List<?>) reply).stream().map(String::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }

    private void eventually(BooleanSupplier condition) {
        Waiting.eventually(() -> {
            use.note();
            return condition.getAsBoolean();
        });
    }

    private String worker() {
        return """
                redis: { endpoints: ["%s"] }
                verticles:
                  - { name: "java:io.redistributed.generate.SummaryGenerator" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", config: { slots: %d, drain: 1ms } }
                """.formatted(url(WORKER, redis), SLOTS);
    }

    private static String api(String url) {
        return """
                redis: { endpoints: ["%s"] }
                verticles:
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(url);
    }

    private static String url(String user, RedisServer redis) {
        return "redis://" + user + ":change-me@127.0.0.1:" + redis.port();
    }
}
