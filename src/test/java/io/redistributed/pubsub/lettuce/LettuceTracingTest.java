package io.redistributed.pubsub.lettuce;

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

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ClientTraces;
import io.redistributed.testing.RedisServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

@Tag("redis")
class LettuceTracingTest {

    private static RedisServer redis;
    private static RedisClient plain;

    private final ClientTraces traces = new ClientTraces();
    private TracedRedisClient client;
    private StatefulRedisPubSubConnection<String, String> subscriber;
    private StatefulRedisConnection<String, String> publisher;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        plain = RedisClient.create(redis.url());
    }

    @AfterAll
    static void stop() {
        plain.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        redis.close();
    }

    @BeforeEach
    void connect() {
        client = LettuceTracing.create(traces.telemetry(WireFormat.BINARY)).wrap(plain);
        subscriber = client.connectPubSub();
        publisher = client.connect();
    }

    @AfterEach
    void close() {
        subscriber.close();
        publisher.close();
        traces.close();
    }

    private final class Listener extends RedisPubSubAdapter<String, String> {

        @Override
        public void message(String channel, String message) {
            traces.received(channel, message);
        }

        @Override
        public void message(String pattern, String channel, String message) {
            traces.received(channel, message);
        }

        @Override
        public void smessage(String shardChannel, String message) {
            traces.received(shardChannel, message);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFormat.class,
            names = {"BINARY", "ENVELOPE"})
    void syncAsyncAndReactiveMessagesAreOneTraceEach(WireFormat format) throws Exception {
        TracedRedisClient writing =
                LettuceTracing.create(traces.telemetry(format)).wrap(plain);
        subscriber.addListener(new Listener());
        subscriber.sync().subscribe("orders");
        subscriber.sync().psubscribe("pattern.*");
        subscriber.sync().ssubscribe("sharded");
        try (StatefulRedisConnection<String, String> connection = writing.connect()) {
            assertThat(connection.sync().publish("orders", "täxt")).isEqualTo(1);
            traces.awaitTrace("orders", "täxt");
            assertThat(connection.async().publish("orders", "async").get(60, SECONDS))
                    .isEqualTo(1);
            traces.awaitTrace("orders", "async");
            assertThat(connection.reactive().publish("orders", "reactive").block())
                    .isEqualTo(1);
            traces.awaitTrace("orders", "reactive");
            connection.sync().publish("pattern.1", "");
            traces.awaitTrace("pattern.1", "");
            connection.sync().spublish("sharded", "sync");
            traces.awaitTrace("sharded", "sync");
            connection.async().spublish("sharded", "async");
            traces.awaitTrace("sharded", "async");
            connection.reactive().spublish("sharded", "reactive").block();
            traces.awaitTrace("sharded", "reactive");
            assertThat(connection.sync().set("key", "value")).isEqualTo("OK");
            assertThat(connection.sync().get("key")).isEqualTo("value");
        }
        traces.assertNothing();
    }

    @Test
    void subscribedConnectionPublishes() {
        subscriber.addListener(new Listener());
        subscriber.sync().subscribe("orders");
        subscriber.sync().publish("orders", "one");
        traces.awaitTrace("orders", "one");
        subscriber.reactive().publish("orders", "two").block();
        traces.awaitTrace("orders", "two");
    }

    @Test
    void streamsEmitUnderTheSpan() {
        Disposable channels = subscriber
                .reactive()
                .observeChannels()
                .doOnNext(message -> traces.received(message.getChannel(), message.getMessage()))
                .subscribe();
        Disposable patterns = subscriber
                .reactive()
                .observePatterns()
                .doOnNext(message -> traces.received(message.getChannel(), message.getMessage()))
                .subscribe();
        subscriber.reactive().subscribe("orders").block();
        subscriber.reactive().psubscribe("pattern.*").block();
        publisher.sync().publish("orders", "one");
        traces.awaitTrace("orders", "one");
        publisher.sync().publish("pattern.1", "two");
        traces.awaitTrace("pattern.1", "two");

        channels.dispose();
        publisher.sync().publish("orders", "three");
        traces.reset();
        publisher.sync().publish("pattern.1", "four");
        traces.awaitTrace("pattern.1", "four");
        patterns.dispose();
    }

    @Test
    void anyCodecIsUsedForTheBodyAlone() {
        RedisCodec<LocalDate, LocalDate> dates = new RedisCodec<>() {
            @Override
            public LocalDate decodeKey(ByteBuffer bytes) {
                return LocalDate.parse(StringCodec.UTF8.decodeKey(bytes));
            }

            @Override
            public LocalDate decodeValue(ByteBuffer bytes) {
                return decodeKey(bytes);
            }

            @Override
            public ByteBuffer encodeKey(LocalDate key) {
                return StringCodec.UTF8.encodeKey(key.toString());
            }

            @Override
            public ByteBuffer encodeValue(LocalDate value) {
                return encodeKey(value);
            }
        };
        LocalDate channel = LocalDate.of(2026, 1, 2);
        try (StatefulRedisPubSubConnection<LocalDate, LocalDate> listening = client.connectPubSub(dates);
                StatefulRedisConnection<LocalDate, LocalDate> connection = client.connect(dates)) {
            listening.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(LocalDate of, LocalDate message) {
                    traces.received(of.toString(), message.toString());
                }
            });
            listening.sync().subscribe(channel);
            connection.sync().publish(channel, channel.plusDays(1));
            traces.awaitTrace("2026-01-02", "2026-01-03");
        }
        RedisURI uri = RedisURI.create(redis.url());
        try (StatefulRedisPubSubConnection<byte[], byte[]> listening =
                        client.connectPubSub(ByteArrayCodec.INSTANCE, uri);
                StatefulRedisConnection<byte[], byte[]> connection = client.connectAsync(ByteArrayCodec.INSTANCE, uri)
                        .toCompletableFuture()
                        .join()) {
            listening.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(byte[] of, byte[] message) {
                    traces.received(of, message);
                }
            });
            listening.sync().subscribe("bytes".getBytes(UTF_8));
            connection.sync().publish("bytes".getBytes(UTF_8), "body".getBytes(UTF_8));
            traces.awaitTrace("bytes", "body");
        }
    }

    @Test
    void unawareReadersGetWhatThePolicySays() throws Exception {
        BlockingQueue<byte[]> wire = new LinkedBlockingQueue<>();
        try (StatefulRedisPubSubConnection<byte[], byte[]> unaware = plain.connectPubSub(ByteArrayCodec.INSTANCE);
                StatefulRedisConnection<String, String> silent =
                        LettuceTracing.create(traces.defaults()).wrap(plain).connect()) {
            unaware.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(byte[] channel, byte[] message) {
                    wire.add(message);
                }
            });
            unaware.sync().subscribe("wire".getBytes(UTF_8), "plain".getBytes(UTF_8));

            silent.sync().publish("wire", "default");
            assertThat(wire.poll(60, SECONDS)).isEqualTo("default".getBytes(UTF_8));
            assertThat(traces.spans("publish wire")).hasSize(1);
            traces.reset();

            publisher.sync().publish("wire", "body");
            assertHeader(wire.poll(60, SECONDS), traces.span("publish wire"), "body");
            traces.reset();

            publisher.sync().publish("plain", "body");
            assertThat(wire.poll(60, SECONDS)).isEqualTo("body".getBytes(UTF_8));
            traces.assertNothing();
        }
    }

    @Test
    void tracedMessageGetsNoSecondHeader() throws Exception {
        BlockingQueue<byte[]> wire = new LinkedBlockingQueue<>();
        try (StatefulRedisPubSubConnection<byte[], byte[]> unaware = plain.connectPubSub(ByteArrayCodec.INSTANCE);
                StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            unaware.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(byte[] channel, byte[] message) {
                    wire.add(message);
                }
            });
            unaware.sync().subscribe("wire".getBytes(UTF_8));
            byte[] traced = withHeader("body");
            connection.sync().publish("wire".getBytes(UTF_8), traced);
            assertThat(wire.poll(60, SECONDS)).isEqualTo(traced);
        }
    }

    @Test
    void messagesOfOthersKeepTheirBytesAndTheirTrace() {
        subscriber.addListener(new Listener());
        subscriber.sync().subscribe("orders", "plain");
        traces.assertMessagesOfOthers(redis);
    }

    @Test
    void listenersComeAndGo() {
        Listener listener = new Listener();
        subscriber.addListener(listener);
        subscriber.addListener(listener);
        subscriber.sync().subscribe("orders");
        publisher.sync().publish("orders", "twice");
        traces.awaitMessage("orders", "twice");
        traces.awaitMessage("orders", "twice");
        eventually(() -> traces.spans("process orders").size() == 2);
        subscriber.removeListener(listener);
        traces.reset();
        publisher.sync().publish("orders", "once");
        traces.awaitTrace("orders", "once");
        subscriber.removeListener(listener);
        subscriber.removeListener(listener);
        subscriber.addListener(new Listener());
        publisher.sync().publish("orders", "another");
        traces.awaitTrace("orders", "another");

        subscriber.sync().unsubscribe("orders");
        awaitSubscribers(redis, "orders", 0);
        assertThat(publisher.sync().publish("orders", "nobody")).isZero();
        assertThat(traces.span("publish orders").getAttributes().get(ClientTraces.RECEIVERS))
                .isZero();
    }

    @Test
    void listenerErrorIsOnSpanAndNextMessageArrives() {
        subscriber.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                if (message.equals("bad")) {
                    throw new IllegalArgumentException("no cups");
                }
                traces.received(channel, message);
            }
        });
        subscriber.sync().subscribe("orders");
        publisher.sync().publish("orders", "bad");
        SpanData failed = traces.awaitError("process orders");
        assertThat(failed.getStatus().getDescription()).isEqualTo("no cups");
        assertThat(failed.getEvents()).hasSize(1);
        publisher.sync().publish("orders", "good");
        traces.awaitTrace("orders", "good");
    }

    @Test
    void refusedMessageEndsSpanWithErrorCode() {
        redis.cli("ACL", "SETUSER", "mute", "on", "nopass", "+@all", "~*", "resetchannels");
        RedisURI mute = RedisURI.create(redis.url().replace("//", "//mute:x@"));
        try (StatefulRedisConnection<String, String> connection = client.connect(mute)) {
            assertThatThrownBy(() -> connection.sync().publish("orders", "x"))
                    .isInstanceOf(RedisCommandExecutionException.class);
            assertThat(traces.awaitError("publish orders").getAttributes().get(ERROR_TYPE))
                    .isEqualTo("NOPERM");
            RedisFuture<Long> future = connection.async().publish("orders", "x");
            assertThatThrownBy(() -> future.get(60, SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("NOPERM");
            assertThat(traces.awaitError("publish orders").getAttributes().get(ERROR_TYPE))
                    .isEqualTo("NOPERM");
            Mono<Long> mono = connection.reactive().publish("orders", "x");
            assertThatThrownBy(mono::block).isInstanceOf(RedisCommandExecutionException.class);
            assertThat(traces.awaitError("publish orders").getAttributes().get(ERROR_TYPE))
                    .isEqualTo("NOPERM");
        }
    }

    @Test
    void cancelledFutureEndsSpan() {
        publisher.setAutoFlushCommands(false);
        RedisFuture<Long> future = publisher.async().publish("orders", "never sent");
        assertThat(traces.spans("publish orders")).isEmpty();
        future.cancel(true);
        assertThat(traces.awaitError("publish orders").getAttributes().get(ERROR_TYPE))
                .isEqualTo("java.util.concurrent.CancellationException");

        Disposable mono = publisher.reactive().publish("orders", "never sent").subscribe();
        assertThat(traces.spans("publish orders")).isEmpty();
        mono.dispose();
        assertThat(traces.awaitError("publish orders").getAttributes().get(ERROR_TYPE))
                .isEqualTo("java.util.concurrent.CancellationException");
    }

    @Test
    void execEndsSpansOfTransaction() {
        subscriber.addListener(new Listener());
        subscriber.sync().subscribe("orders");
        publisher.sync().multi();
        assertThat(publisher.sync().publish("orders", "body")).isNull();
        assertThat(traces.spans("publish orders")).isEmpty();
        assertThat(publisher.sync().exec().<Long>get(0)).isEqualTo(1);
        traces.awaitTrace("orders", "body");

        publisher.sync().multi();
        publisher.sync().publish("orders", "never");
        publisher.sync().discard();
        assertThat(traces.awaitError("publish orders").getStatus().getDescription())
                .contains("discarded");
    }

    @Test
    void reactivePublishIsChildOfSpanAtSubscription() {
        Mono<Long> lazy = traces.within("assembly", () -> publisher.reactive().publish("orders", "x"));
        assertThat(traces.spans("publish orders")).isEmpty();
        lazy.block();
        assertThat(traces.span("publish orders").getParentSpanId())
                .isEqualTo(traces.span("assembly").getSpanId());
        Span other = traces.within("subscription", () -> {
            lazy.block();
            return Span.current();
        });
        assertThat(traces.spans("publish orders")).hasSize(2);
        assertThat(traces.spans("publish orders").get(1).getParentSpanId())
                .isEqualTo(other.getSpanContext().getSpanId());
    }

    @Test
    void nullMessageIsEmptyAsInLettuce() {
        subscriber.addListener(new Listener());
        subscriber.sync().subscribe("orders");
        subscriber.sync().ssubscribe("sharded");
        publisher.sync().publish("orders", null);
        traces.awaitTrace("orders", "");
        publisher.async().publish("orders", null);
        traces.awaitTrace("orders", "");
        publisher.reactive().spublish("sharded", null).block();
        traces.awaitTrace("sharded", "");
    }

    @Test
    void nullChannelFailsAsInLettuce() {
        try (StatefulRedisConnection<String, String> untraced = plain.connect()) {
            assertThat(catchThrowable(() -> publisher.sync().publish(null, "x")))
                    .hasSameClassAs(catchThrowable(() -> untraced.sync().publish(null, "x")));
            assertThat(catchThrowable(() -> publisher.async().spublish(null, "x")))
                    .hasSameClassAs(catchThrowable(() -> untraced.async().spublish(null, "x")));
            assertThat(catchThrowable(
                            () -> publisher.reactive().publish(null, "x").block()))
                    .hasSameClassAs(catchThrowable(
                            () -> untraced.reactive().publish(null, "x").block()));
        }
        traces.assertNothing();
    }

    @Test
    void nullIsRefused() {
        assertThatThrownBy(
                        () -> subscriber.addListener((io.lettuce.core.pubsub.RedisPubSubListener<String, String>) null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> LettuceTracing.create(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> LettuceTracing.create(traces.defaults()).wrap((RedisClient) null))
                .isInstanceOf(NullPointerException.class);
        traces.assertNothing();
    }

    @Test
    void decoratorIsConnection() throws Exception {
        assertThat(subscriber.async().getStatefulConnection()).isSameAs(subscriber);
        assertThat(publisher).isEqualTo(publisher);
        assertThat(publisher.hashCode()).isEqualTo(publisher.hashCode());
        assertThat(publisher.sync()).isSameAs(publisher.sync());
        assertThat(client.client()).isSameAs(plain);
        CountDownLatch closed = new CountDownLatch(1);
        StatefulRedisConnection<String, String> other = client.connect();
        other.closeAsync().thenRun(closed::countDown);
        assertThat(closed.await(60, SECONDS)).isTrue();
        assertThat(other.isOpen()).isFalse();
        assertThatThrownBy(() -> other.sync().publish("orders", "x")).hasMessageContaining("closed");
        traces.awaitError("publish orders");
        publisher.setTimeout(Duration.ofMillis(1));
        redis.pause();
        try {
            assertThatThrownBy(() -> publisher.sync().publish("orders", "x")).hasMessageContaining("timed out");
        } finally {
            redis.resume();
        }
        traces.awaitError("publish orders");
    }

    @Test
    void subscriberContinuesAfterConnectionLoss() throws TimeoutException {
        subscriber.addListener(new Listener());
        subscriber.sync().subscribe("orders");
        redis.cli("CLIENT", "KILL", "TYPE", "pubsub");
        awaitSubscribers(redis, "orders", 1);
        publisher.sync().publish("orders", "again");
        traces.awaitTrace("orders", "again");
    }
}
