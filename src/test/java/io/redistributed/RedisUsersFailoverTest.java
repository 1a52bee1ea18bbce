package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisClusterServers;
import io.redistributed.testing.RedisSentinels;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the rights that docs/operations.md adds for Sentinel and for a cluster, the users of conf/redis/users.acl do there what they do on one server. */
@Tag("redis")
@Tag("slow")
class RedisUsersFailoverTest {

    private static final String API = "redistributed-api";
    private static final String WORKER = "redistributed-worker";

    @Test
    void sentinelsTellTheMaster() throws IOException {
        try (RedisSentinels redis = RedisSentinels.start()) {
            for (RedisServer server : redis.servers()) {
                addUsers(server, documented("`sentinel` mode"));
            }
            for (RedisServer sentinel : redis.sentinels()) {
                sentinel.cli(words("ACL SETUSER", "ask on >pw", documented("give each sentinel a user")));
            }
            try (Service worker = Service.start(worker(sentinels(redis, WORKER)));
                    Service api = Service.start(api(sentinels(redis, API)))) {
                run(api.client());
                redis.failOver();
                redis.promoted();
                run(api.client());
            }
            Stream.concat(redis.servers().stream(), redis.sentinels().stream())
                    .forEach(RedisUsersFailoverTest::refusedNothing);
        }
    }

    @Test
    void nodesTellTheSlots() throws IOException {
        try (RedisClusterServers redis = RedisClusterServers.start()) {
            for (RedisServer server : redis.servers()) {
                addUsers(server, documented("`cluster` mode"));
            }
            String api = "mode: cluster, endpoints: [\"" + url(API, redis) + "\"]";
            String worker = "mode: cluster, endpoints: [\"" + url(WORKER, redis) + "\"]";
            try (Service workerNode = Service.start(worker(worker));
                    Service apiNode = Service.start(api(api))) {
                run(apiNode.client());
            }
            redis.servers().forEach(RedisUsersFailoverTest::refusedNothing);
        }
    }

    private static void run(ApiClient client) {
        Waiting.eventually(() -> client.post("/reports?type=simulated", "").statusCode() == 202);
        assertThat(client.ended(client.submit("/reports?type=simulated", "")).getString("state"))
                .isEqualTo("done");
    }

    private static void refusedNothing(RedisServer server) {
        assertThat(String.valueOf(server.cli("ACL", "LOG"))).doesNotContain("redistributed-", "ask");
    }

    private static void addUsers(RedisServer server, String more) throws IOException {
        for (String line : Files.readAllLines(Path.of("conf/redis/users.acl"))) {
            // The test itself is the user default.
            if (!line.startsWith("user default ")) {
                server.cli(words("ACL SETUSER", line.substring("user ".length()), more));
            }
        }
    }

    /** Returns the rights between the backticks that follow the text in docs/operations.md. */
    private static String documented(String text) throws IOException {
        String page = Files.readString(Path.of("docs/operations.md")).replaceAll("\\s+", " ");
        String after = page.substring(page.indexOf(text) + text.length());
        int begin = after.indexOf("`+") + 1;
        String rights = after.substring(begin, after.indexOf('`', begin));
        assertThat(rights).startsWith("+");
        return rights;
    }

    private static String[] words(String... texts) {
        return Stream.of(texts).flatMap(text -> Stream.of(text.split(" "))).toArray(String[]::new);
    }

    private static String sentinels(RedisSentinels redis, String user) {
        List<Integer> ports = redis.sentinels().stream().map(RedisServer::port).toList();
        return "mode: sentinel, master: \"redis://" + user + ":change-me@the_master\", endpoints: ["
                + ports.stream()
                        .map(port -> "\"redis://ask:pw@127.0.0.1:" + port + "\"")
                        .collect(Collectors.joining(", "))
                + "]";
    }

    private static String url(String user, RedisClusterServers redis) {
        return "redis://" + user + ":change-me@127.0.0.1:"
                + redis.servers().get(0).port();
    }

    private static String worker(String redis) {
        return """
                redis: { %s }
                verticles:
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", config: { slots: 4, drain: 1ms } }
                """.formatted(redis);
    }

    private static String api(String redis) {
        return """
                redis: { %s }
                verticles:
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis);
    }
}
