package io.redistributed.pubsub;

import static io.redistributed.pubsub.ClientTraces.awaitSubscribers;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.redistributed.context.WireFormat;
import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisPooled;

class ClientProgramsTest {

    private static final Pattern BODY = Pattern.compile("(?ms)^ {4}static void \\w+\\(.*?\\) \\{\\n(.*?)^ {4}}");
    private static final String TEXT = "two espresso cups";

    private static RedisServer redis;

    private final ClientTraces traces = new ClientTraces();
    private final RedisPubSubTelemetry telemetry = traces.telemetry(WireFormat.BINARY);

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @AfterEach
    void close() {
        traces.close();
    }

    @Test
    void documentationHasThesePrograms() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/redistributed/pubsub/ClientPrograms.java"));
        String page = Files.readString(Path.of("docs/library.md"));
        List<String> bodies = BODY.matcher(source)
                .results()
                .map((MatchResult found) -> found.group(1).replaceAll("(?m)^ {8}", ""))
                .toList();
        assertThat(bodies).hasSize(4).allSatisfy(body -> assertThat(page).contains(body));
    }

    @Test
    void lettuce() {
        RedisClient client = RedisClient.create(redis.url());
        try {
            ClientPrograms.lettuce(client, telemetry, text -> traces.received("orders", text));
            traces.awaitTrace("orders", TEXT);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        }
    }

    @Test
    void jedis() throws Exception {
        try (JedisPooled jedis = new JedisPooled(new HostAndPort("127.0.0.1", redis.port()))) {
            CompletableFuture<Void> ended = CompletableFuture.runAsync(
                    () -> ClientPrograms.jedisSubscriber(jedis, telemetry, text -> traces.received("orders", text)));
            awaitSubscribers(redis, "orders", 1);
            ClientPrograms.jedisPublisher(jedis, telemetry);
            traces.awaitTrace("orders", TEXT);
            ended.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void redisson() {
        Config config = new Config();
        config.useSingleServer().setAddress(redis.url()).setConnectionMinimumIdleSize(1);
        RedissonClient redisson = Redisson.create(config);
        try {
            ClientPrograms.redisson(redisson, telemetry, text -> traces.received("orders", text));
            traces.awaitTrace("orders", TEXT);
        } finally {
            redisson.shutdown(0, 5, TimeUnit.SECONDS);
        }
    }
}
