package io.redistributed.pubsub.jedis;

import static io.redistributed.pubsub.ClientTraces.ERROR_TYPE;
import static io.redistributed.pubsub.ClientTraces.assertHeader;
import static io.redistributed.pubsub.ClientTraces.awaitSubscribers;
import static io.redistributed.pubsub.ClientTraces.withHeader;
import static io.redistributed.testing.Waiting.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.opentelemetry.api.trace.Span;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ClientTraces;
import io.redistributed.testing.RedisServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.BinaryJedisShardedPubSub;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.JedisShardedPubSub;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.providers.PooledConnectionProvider;

@Tag("redis")
class JedisTracingTest {

    private static RedisServer redis;

    private final ClientTraces traces = new ClientTraces();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        traces.close();
    }

    private JedisTracing tracing() {
        return JedisTracing.create(traces.telemetry(WireFormat.BINARY));
    }

    private TracedJedis client(boolean isPooled) {
        return client(tracing(), isPooled);
    }

    private TracedJedis client(JedisTracing tracing, boolean isPooled) {
        if (isPooled) {
            UnifiedJedis pooled = pooled(DefaultJedisClientConfig.builder().build());
            open.add(pooled);
            return tracing.wrap(pooled);
        }
        Jedis jedis = new Jedis("127.0.0.1", redis.port());
        open.add(jedis);
        return tracing.wrap(jedis);
    }

    /** What JedisPooled and RedisClient are, of which no version has both. */
    private static UnifiedJedis pooled(JedisClientConfig config) {
        HostAndPort address = new HostAndPort("127.0.0.1", redis.port());
        return new UnifiedJedis(new PooledConnectionProvider(address, config), 1, Duration.ofSeconds(5));
    }

    private final class Listener extends JedisPubSub {

        @Override
        public void onMessage(String channel, String message) {
            if (message.equals("bad")) {
                throw new IllegalArgumentException("no cups");
            }
            if (message.equals("stop")) {
                unsubscribe();
            }
            if (message.equals("interrupt")) {
                Thread.currentThread().interrupt();
            }
            traces.received(channel, message);
            if (message.equals("ping")) {
                // From another thread, RESP3's reply may come before Jedis expects it.
                ping("argument");
            }
        }

        @Override
        public void onPMessage(String pattern, String channel, String message) {
            traces.received(channel, message);
        }

        @Override
        public void onPong(String argument) {
            traces.received("pong", argument);
        }
    }

    private final class BinaryListener extends BinaryJedisPubSub {

        @Override
        public void onMessage(byte[] channel, byte[] message) {
            traces.received(channel, message);
        }

        @Override
        public void onPMessage(byte[] pattern, byte[] channel, byte[] message) {
            traces.received(channel, message);
        }
    }

    /** Runs a blocking subscription on a thread of its own. */
    private static CompletableFuture<Void> background(Runnable subscription) {
        return CompletableFuture.runAsync(subscription, task -> new Thread(task, "subscriber").start());
    }

    private static void await(CompletableFuture<Void> ended) throws Exception {
        ended.get(60, SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesAreOneTraceEachUntilTheListenerUnsubscribes(boolean isPooled) throws Exception {
        Listener listener = new Listener();
        TracedJedis subscriber = client(isPooled);
        CompletableFuture<Void> ended = background(() -> subscriber.subscribe(listener, "orders"));
        awaitSubscribers(redis, "orders", 1);
        TracedJedis publisher = client(isPooled);
        assertThat(publisher.publish("orders", "täxt")).isEqualTo(1);
        traces.awaitTrace("orders", "täxt");
        publisher.publish("orders".getBytes(UTF_8), "bytes".getBytes(UTF_8));
        traces.awaitTrace("orders", "bytes");
        publisher.publish("orders", "");
        traces.awaitTrace("orders", "");

        assertThat(listener.isSubscribed()).isTrue();
        listener.subscribe("invoices");
        awaitSubscribers(redis, "invoices", 1);
        publisher.publish("invoices", "one");
        traces.awaitTrace("invoices", "one");
        assertThat(listener.getSubscribedChannels()).isEqualTo(2);
        listener.psubscribe("pattern.*");
        eventually(() -> listener.getSubscribedChannels() == 3);
        publisher.publish("pattern.1", "two");
        traces.awaitTrace("pattern.1", "two");
        publisher.publish("orders", "ping");
        traces.awaitTrace("orders", "ping");
        traces.awaitMessage("pong", "argument");
        listener.unsubscribe("invoices");
        listener.punsubscribe();
        eventually(() -> listener.getSubscribedChannels() == 1);
        listener.unsubscribe();
        await(ended);
        assertThat(listener.isSubscribed()).isFalse();
        assertThat(publisher.publish("orders", "nobody")).isZero();
        traces.span("publish orders");
        assertThat(traces.spans("process orders")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connectionCanBeReused(boolean isPooled) throws Exception {
        TracedJedis client = client(isPooled);
        for (int i = 0; i < 10; i++) {
            CompletableFuture<Void> ended = background(() -> client.subscribe(new Listener(), "orders"));
            awaitSubscribers(redis, "orders", 1);
            redis.cli("PUBLISH", "orders", "stop");
            traces.awaitMessage("orders", "stop");
            await(ended);
        }
        assertThat(client.publish("orders", "one")).isZero();
        assertThat(traces.spans("process orders")).hasSize(10);
    }

    @Test
    void patternsBytesAndShards() throws Exception {
        TracedJedis publisher = client(true);
        Listener patterns = new Listener();
        BinaryListener bytes = new BinaryListener();
        BinaryListener binaryPatterns = new BinaryListener();
        JedisShardedPubSub sharded = new JedisShardedPubSub() {
            @Override
            public void onSMessage(String channel, String message) {
                traces.received(channel, message);
            }
        };
        BinaryJedisShardedPubSub binarySharded = new BinaryJedisShardedPubSub() {
            @Override
            public void onSMessage(byte[] channel, byte[] message) {
                traces.received(channel, message);
            }
        };
        List<CompletableFuture<Void>> ended = List.of(
                background(() -> publisher.psubscribe(patterns, "a.*")),
                background(() -> client(false).psubscribe(binaryPatterns, "b.*".getBytes(UTF_8))),
                background(() -> publisher.subscribe(bytes, "bytes".getBytes(UTF_8))),
                background(() -> client(false).ssubscribe(sharded, "{s}1")),
                background(() -> publisher.ssubscribe(binarySharded, "{s}2".getBytes(UTF_8))));
        eventually(() -> patterns.isSubscribed()
                && binaryPatterns.isSubscribed()
                && bytes.isSubscribed()
                && sharded.isSubscribed()
                && binarySharded.isSubscribed());
        publisher.publish("a.1", "one");
        traces.awaitTrace("a.1", "one");
        publisher.publish("b.1", "two");
        traces.awaitTrace("b.1", "two");
        publisher.publish("bytes", "three");
        traces.awaitTrace("bytes", "three");
        publisher.spublish("{s}1", "four");
        traces.awaitTrace("{s}1", "four");
        client(false).spublish("{s}2".getBytes(UTF_8), "five".getBytes(UTF_8));
        traces.awaitTrace("{s}2", "five");
        patterns.punsubscribe();
        binaryPatterns.punsubscribe();
        bytes.unsubscribe();
        sharded.sunsubscribe();
        binarySharded.sunsubscribe();
        for (CompletableFuture<Void> each : ended) {
            await(each);
        }
        traces.assertNothing();
    }

    @Test
    void unawareReadersGetWhatThePolicySays() throws Exception {
        BlockingQueue<byte[]> wire = new LinkedBlockingQueue<>();
        BinaryJedisPubSub unaware = new BinaryJedisPubSub() {
            @Override
            public void onMessage(byte[] channel, byte[] message) {
                wire.add(message);
            }
        };
        CompletableFuture<Void> ended = background(() -> {
            try (Jedis plain = new Jedis("127.0.0.1", redis.port())) {
                plain.subscribe(unaware, "wire".getBytes(UTF_8), "plain".getBytes(UTF_8));
            }
        });
        awaitSubscribers(redis, "plain", 1);
        client(JedisTracing.create(traces.defaults()), true).publish("wire", "default");
        assertThat(wire.poll(60, SECONDS)).isEqualTo("default".getBytes(UTF_8));
        assertThat(traces.spans("publish wire")).hasSize(1);
        traces.reset();

        TracedJedis publisher = client(true);
        publisher.publish("wire", "body");
        assertHeader(wire.poll(60, SECONDS), traces.span("publish wire"), "body");
        publisher.publish("wire".getBytes(UTF_8), withHeader("body"));
        assertThat(wire.poll(60, SECONDS)).isEqualTo(withHeader("body"));
        traces.reset();

        publisher.publish("plain", "body");
        assertThat(wire.poll(60, SECONDS)).isEqualTo("body".getBytes(UTF_8));
        traces.assertNothing();
        unaware.unsubscribe();
        await(ended);
    }

    @Test
    void messagesOfOthersKeepTheirBytesAndTheirTrace() throws Exception {
        BinaryListener listener = new BinaryListener();
        CompletableFuture<Void> ended =
                background(() -> client(true).subscribe(listener, "orders".getBytes(UTF_8), "plain".getBytes(UTF_8)));
        awaitSubscribers(redis, "plain", 1);
        traces.assertMessagesOfOthers(redis);
        listener.unsubscribe();
        await(ended);
    }

    @Test
    void listenerErrorIsOnSpanAndThrownBySubscribe() {
        CompletableFuture<Void> ended = background(() -> {
            try {
                client(false).subscribe(new Listener(), "orders");
            } finally {
                traces.received(
                        "left", Boolean.toString(Span.current().getSpanContext().isValid()));
            }
        });
        awaitSubscribers(redis, "orders", 1);
        redis.cli("PUBLISH", "orders", "bad");
        assertThatThrownBy(() -> await(ended))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("no cups");
        traces.awaitMessage("left", "false");
        assertThat(traces.awaitError("process orders").getEvents()).hasSize(1);
    }

    /** Otherwise the pool's next command would read a message as its reply. */
    @ParameterizedTest
    @ValueSource(strings = {"bad", "interrupt"})
    void poolClosesConnectionThatIsStillSubscribed(String message) throws Exception {
        UnifiedJedis pooled = pooled(DefaultJedisClientConfig.builder().build());
        open.add(pooled);
        CompletableFuture<Void> ended = background(() -> tracing().wrap(pooled).subscribe(new Listener(), "orders"));
        awaitSubscribers(redis, "orders", 1);

        redis.cli("PUBLISH", "orders", message);
        ended.handle((done, failure) -> done).get(60, SECONDS);

        awaitSubscribers(redis, "orders", 0);
        assertThat(pooled.ping()).isEqualTo("PONG");
    }

    @Test
    void poolClosesConnectionThatIsStillSubscribedToShard() throws Exception {
        UnifiedJedis pooled = pooled(DefaultJedisClientConfig.builder().build());
        open.add(pooled);
        JedisShardedPubSub listener = new JedisShardedPubSub() {
            @Override
            public void onSMessage(String channel, String message) {
                throw new IllegalArgumentException("no cups");
            }
        };
        CompletableFuture<Void> ended = background(() -> tracing().wrap(pooled).ssubscribe(listener, "orders"));
        eventually(listener::isSubscribed);

        redis.cli("SPUBLISH", "orders", "bad");
        ended.handle((done, failure) -> done).get(60, SECONDS);

        assertThat(pooled.ping()).isEqualTo("PONG");
    }

    @Test
    void connectionOfRefusedSubscriptionIsKept() {
        redis.cli("ACL", "SETUSER", "mute", "on", "nopass", "+@all", "~*", "resetchannels");
        try (Jedis jedis = new Jedis(URI.create(redis.url().replace("//", "//mute:x@")))) {
            TracedJedis traced = tracing().wrap(jedis);
            assertThatThrownBy(() -> traced.subscribe(new Listener(), "orders")).isInstanceOf(JedisDataException.class);

            assertThat(jedis.ping()).isEqualTo("PONG");
        }
    }

    @Test
    void lostConnectionIsThrownAndNoMessageError() {
        Listener listener = new Listener();
        CompletableFuture<Void> ended = background(() -> client(true).subscribe(listener, "orders"));
        awaitSubscribers(redis, "orders", 1);
        redis.cli("PUBLISH", "orders", "one");
        traces.awaitMessage("orders", "one");
        redis.cli("CLIENT", "KILL", "TYPE", "pubsub");
        assertThatThrownBy(() -> await(ended)).hasCauseInstanceOf(JedisConnectionException.class);
        assertThat(traces.span("process orders").getStatus().getDescription()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void errorReplyEndsSpanWithItsCode(boolean isPooled) {
        redis.cli("ACL", "SETUSER", "mute", "on", "nopass", "+@all", "~*", "resetchannels");
        URI mute = URI.create(redis.url().replace("//", "//mute:x@"));
        try (Jedis jedis = new Jedis(mute);
                UnifiedJedis pooled = pooled(DefaultJedisClientConfig.builder()
                        .user("mute")
                        .password("x")
                        .build())) {
            TracedJedis traced = isPooled ? tracing().wrap(pooled) : tracing().wrap(jedis);
            assertThatThrownBy(() -> traced.publish("orders", "x")).isInstanceOf(JedisDataException.class);
            assertThat(traces.awaitError("publish orders").getAttributes().get(ERROR_TYPE))
                    .isEqualTo("NOPERM");
            assertThatThrownBy(() -> traced.subscribe(new Listener(), "orders")).isInstanceOf(JedisDataException.class);
        }
    }

    @Test
    void nullIsRefusedAsInJedis() {
        TracedJedis jedis = client(true);
        UnifiedJedis untraced = pooled(DefaultJedisClientConfig.builder().build());
        open.add(untraced);
        assertThat(catchThrowable(() -> jedis.publish(null, "x")))
                .hasSameClassAs(catchThrowable(() -> untraced.publish(null, "x")));
        assertThat(catchThrowable(() -> jedis.publish("orders", null)))
                .hasSameClassAs(catchThrowable(() -> untraced.publish("orders", null)));
        byte[] orders = "orders".getBytes(UTF_8);
        assertThat(catchThrowable(() -> jedis.publish(orders, null)))
                .hasSameClassAs(catchThrowable(() -> untraced.publish(orders, null)));
        assertThat(catchThrowable(() -> jedis.subscribe(new Listener(), (String) null)))
                .hasSameClassAs(catchThrowable(() -> untraced.subscribe(new Listener(), (String) null)));
        assertThatThrownBy(() -> jedis.spublish("orders", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> jedis.spublish(orders, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> jedis.subscribe((JedisPubSub) null, "orders"))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> jedis.subscribe(new Listener())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JedisTracing.create(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> tracing().wrap((Jedis) null)).isInstanceOf(NullPointerException.class);
        traces.assertNothing();
    }
}
