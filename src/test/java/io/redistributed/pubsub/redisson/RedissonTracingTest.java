package io.redistributed.pubsub.redisson;

import static io.redistributed.pubsub.ClientTraces.ERROR_TYPE;
import static io.redistributed.pubsub.ClientTraces.assertHeader;
import static io.redistributed.pubsub.ClientTraces.publishRaw;
import static io.redistributed.pubsub.ClientTraces.withHeader;
import static io.redistributed.testing.Waiting.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ClientTraces;
import io.redistributed.testing.RedisServer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.Redisson;
import org.redisson.RedissonReference;
import org.redisson.api.RBucket;
import org.redisson.api.RPatternTopic;
import org.redisson.api.RShardedTopic;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.listener.MessageListener;
import org.redisson.api.listener.PatternMessageListener;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.JsonJacksonCodec;
import org.redisson.config.Config;

@Tag("redis")
class RedissonTracingTest {

    private static RedisServer redis;
    private static RedissonClient redisson;
    private static RedissonClient plain;

    private final ClientTraces traces = new ClientTraces();
    private final RedissonTracing tracing = RedissonTracing.create(traces.telemetry(WireFormat.BINARY));
    private final MessageListener<Object> listener =
            (channel, message) -> traces.received(channel.toString(), message.toString());

    /** The one listener, for messages of any type. */
    @SuppressWarnings("unchecked")
    private <M> MessageListener<M> listener() {
        return (MessageListener<M>) listener;
    }

    @BeforeAll
    static void start() {
        // Redisson leaves exceptions of listeners to its threads, where Awaitility would find them.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        redis = RedisServer.start();
        redis.cli("ACL", "SETUSER", "mute", "on", "nopass", "+@all", "~*", "resetchannels");
        redisson = connect(null);
        plain = connect(null);
    }

    private static RedissonClient connect(String user) {
        Config config = new Config();
        config.setNettyThreads(2).setThreads(2);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + redis.port())
                .setConnectionMinimumIdleSize(1)
                .setConnectionPoolSize(2)
                .setSubscriptionConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionPoolSize(2)
                .setUsername(user)
                .setPassword(user == null ? null : "x");
        return Redisson.create(config);
    }

    @AfterAll
    static void stop() {
        redisson.shutdown(0, 5, SECONDS);
        plain.shutdown(0, 5, SECONDS);
        redis.close();
        Awaitility.catchUncaughtExceptionsByDefault();
    }

    @AfterEach
    void close() {
        for (String name : List.of("orders", "plain", "wire")) {
            redisson.getTopic(name).removeAllListeners();
            plain.getTopic(name).removeAllListeners();
        }
        traces.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFormat.class,
            names = {"BINARY", "ENVELOPE"})
    void messagesOfAnyCodecAreOneTraceEach(WireFormat format) throws Exception {
        RedissonTracing writing = RedissonTracing.create(traces.telemetry(format));
        RTopic texts = writing.topic(redisson, "orders", StringCodec.INSTANCE);
        assertThat(texts.getChannelNames()).containsExactly("orders");
        texts.addListener(String.class, listener());
        assertThat(texts.countListeners()).isEqualTo(1);
        assertThat(texts.publish("täxt")).isEqualTo(1);
        traces.awaitTrace("orders", "täxt");
        assertThat(texts.publishAsync("async").toCompletableFuture().get(60, SECONDS))
                .isEqualTo(1);
        traces.awaitTrace("orders", "async");
        assertThat(texts.countSubscribers()).isEqualTo(1);

        RTopic objects = writing.topic(redisson, "objects");
        objects.addListenerAsync(ArrayList.class, listener())
                .toCompletableFuture()
                .get(60, SECONDS);
        objects.publish(new ArrayList<>(List.of(1, 2)));
        traces.awaitTrace("objects", "[1, 2]");
        objects.publish("not a list");
        traces.span("publish objects");
        objects.removeAllListeners();
        assertThat(traces.spans("process objects")).isEmpty();
    }

    @Test
    void patternsAndShards() {
        RPatternTopic patterns = tracing.patternTopic(redisson, "pattern.*", StringCodec.INSTANCE);
        patterns.addListener(String.class, (pattern, channel, message) -> {
            assertThat(pattern.toString()).isEqualTo("pattern.*");
            traces.received(channel.toString(), message);
        });
        tracing.topic(redisson, "pattern.1", StringCodec.INSTANCE).publish("one");
        traces.awaitTrace("pattern.1", "one");
        patterns.removeAllListeners();

        RShardedTopic sharded = tracing.shardedTopic(redisson, "sharded");
        int id = sharded.addListener(Long.class, listener());
        sharded.publish(42L);
        traces.awaitTrace("sharded", "42");
        sharded.removeListener(id);
        assertThat(sharded.publish(43L)).isZero();
    }

    @Test
    void listenersComeAndGo() {
        RTopic topic = tracing.topic(redisson, "orders", StringCodec.INSTANCE);
        topic.addListener(String.class, listener());
        int id = topic.addListener(Object.class, listener());
        topic.publish("twice");
        traces.awaitMessage("orders", "twice");
        traces.awaitMessage("orders", "twice");
        eventually(() -> traces.spans("process orders").size() == 2);
        traces.reset();
        topic.removeListener(id);
        topic.publish("once");
        traces.awaitTrace("orders", "once");
        tracing.topic(redisson, "orders").removeListener(listener);
        assertThat(topic.countListeners()).isZero();
        topic.addListener(String.class, listener());
        topic.publish("again");
        traces.awaitTrace("orders", "again");
        topic.removeListenerAsync(listener).toCompletableFuture().join();
        topic.removeListener(listener);
        assertThat(topic.publish("nobody")).isZero();
    }

    @Test
    void removalIsDoneWhenRedisKnows() throws Exception {
        RTopic topic = tracing.topic(redisson, "orders", StringCodec.INSTANCE);
        for (int i = 0; i < 100; i++) {
            topic.addListener(String.class, listener());
            topic.removeListener(topic.addListener(Object.class, listener()));
            topic.removeListenerAsync(listener).toCompletableFuture().get(60, SECONDS);
            assertThat(topic.publish("nobody")).isZero();
        }
    }

    @Test
    void removalTakesOneOfTwoRegistrations() throws Exception {
        RTopic topic = tracing.topic(redisson, "orders", StringCodec.INSTANCE);
        int first = topic.addListener(String.class, listener());
        int second = topic.addListener(String.class, listener());
        assertThat(first).isNotEqualTo(second);
        topic.removeListener(listener);
        assertThat(topic.countListeners()).isEqualTo(1);
        topic.publish("once");
        traces.awaitTrace("orders", "once");
        topic.removeListener(listener);
        assertThat(topic.countListeners()).isZero();

        topic.addListener(String.class, listener());
        int third = topic.addListener(String.class, listener());
        topic.removeListenerAsync(listener).toCompletableFuture().get(60, SECONDS);
        topic.removeListener(third);
        assertThat(topic.countListeners()).isZero();

        int removed = topic.addListener(String.class, listener());
        topic.addListener(String.class, listener());
        topic.removeListener(removed);
        topic.removeListener(listener);
        assertThat(topic.countListeners()).isZero();
    }

    @Test
    void removalTakesOneOfTwoRegistrationsOfPattern() throws Exception {
        PatternMessageListener<String> onPattern = (pattern, channel, message) -> {};
        RPatternTopic patterns = tracing.patternTopic(redisson, "orders.*");
        patterns.addListener(String.class, onPattern);
        patterns.addListenerAsync(String.class, onPattern).toCompletableFuture().get(60, SECONDS);
        patterns.removeListener(onPattern);
        assertThat(tracing.topic(redisson, "orders.1").publish("one")).isEqualTo(1);
        patterns.removeListener(onPattern);
        assertThat(tracing.topic(redisson, "orders.1").publish("nobody")).isZero();
    }

    @Test
    void equalListenersAreDifferent() {
        record Equal(BlockingQueue<String> received) implements MessageListener<String> {
            @Override
            public void onMessage(CharSequence channel, String message) {
                received.add(message);
            }
        }
        Equal one = new Equal(new LinkedBlockingQueue<>());
        RTopic topic = tracing.topic(redisson, "orders", StringCodec.INSTANCE);
        topic.addListener(String.class, one);
        topic.removeListener(new Equal(one.received()));
        assertThat(topic.countListeners()).isEqualTo(1);
        topic.removeListener(one);
        assertThat(topic.countListeners()).isZero();
    }

    @Test
    void removalLeavesListenersOfOtherTopics() {
        RTopic orders = tracing.topic(redisson, "orders", StringCodec.INSTANCE);
        RTopic others = tracing.topic(redisson, "others", StringCodec.INSTANCE);
        RShardedTopic sharded = tracing.shardedTopic(redisson, "sharded", StringCodec.INSTANCE);
        RTopic ordersOfOtherClient = tracing.topic(plain, "orders", StringCodec.INSTANCE);
        List<RTopic> topics = List.of(orders, others, sharded, ordersOfOtherClient);
        for (RTopic topic : topics) {
            topic.addListener(String.class, listener());
        }
        for (RTopic topic : topics) {
            topic.removeListener(listener);
            assertThat(topic.countListeners()).isZero();
        }
        assertThat(orders.publish("nobody")).isZero();
        assertThat(others.publish("nobody")).isZero();
        assertThat(sharded.publish("nobody")).isZero();
    }

    @Test
    void removalLeavesListenersOfOtherPatterns() {
        PatternMessageListener<String> onPattern = (pattern, channel, message) -> {};
        RPatternTopic first = tracing.patternTopic(redisson, "orders.*");
        RPatternTopic second = tracing.patternTopic(redisson, "others.*");
        first.addListener(String.class, onPattern);
        second.addListener(String.class, onPattern);
        first.removeListener(onPattern);
        second.removeListener(onPattern);
        assertThat(tracing.topic(redisson, "orders.1").publish("nobody")).isZero();
        assertThat(tracing.topic(redisson, "others.1").publish("nobody")).isZero();
    }

    @Test
    void unawareReadersGetWhatThePolicySays() throws Exception {
        BlockingQueue<byte[]> wire = new LinkedBlockingQueue<>();
        for (String name : List.of("wire", "plain")) {
            plain.getTopic(name, ByteArrayCodec.INSTANCE)
                    .addListener(byte[].class, (channel, message) -> wire.add(message));
        }
        RedissonTracing.create(traces.defaults())
                .topic(redisson, "wire", StringCodec.INSTANCE)
                .publish("default");
        assertThat(wire.poll(60, SECONDS)).isEqualTo("default".getBytes(UTF_8));
        assertThat(traces.spans("publish wire")).hasSize(1);
        traces.reset();

        tracing.topic(redisson, "wire", StringCodec.INSTANCE).publish("body");
        assertHeader(wire.poll(60, SECONDS), traces.span("publish wire"), "body");
        tracing.topic(redisson, "wire", ByteArrayCodec.INSTANCE).publish(withHeader("body"));
        assertThat(wire.poll(60, SECONDS)).isEqualTo(withHeader("body"));
        traces.reset();

        tracing.topic(redisson, "plain", StringCodec.INSTANCE).publish("body");
        assertThat(wire.poll(60, SECONDS)).isEqualTo("body".getBytes(UTF_8));
        traces.assertNothing();
    }

    @Test
    void messagesOfOthersKeepTheirBytesAndTheirTrace() {
        tracing.topic(redisson, "orders", StringCodec.INSTANCE).addListener(String.class, listener());
        tracing.topic(redisson, "plain", StringCodec.INSTANCE).addListener(String.class, listener());
        traces.assertMessagesOfOthers(redis);
    }

    @Test
    void earlierUntracedListenerDecidesCodec() {
        redisson.getTopic("orders", StringCodec.INSTANCE).addListener(String.class, (channel, message) -> {});
        RTopic topic = tracing.topic(redisson, "orders", StringCodec.INSTANCE);
        topic.addListener(String.class, listener());
        publishRaw(redis, "orders", "from redis-cli".getBytes(UTF_8));
        traces.awaitMessage("orders", "from redis-cli");
        traces.span("process orders");
    }

    @Test
    void listenerOrCodecErrorIsOnSpanAndNextMessageArrives() {
        RTopic topic = tracing.topic(redisson, "orders", StringCodec.INSTANCE);
        topic.addListener(String.class, (channel, message) -> {
            if (message.equals("bad")) {
                throw new IllegalArgumentException("no cups");
            }
            traces.received(channel.toString(), message);
        });
        topic.publish("bad");
        assertThat(traces.awaitError("process orders").getEvents()).hasSize(1);
        topic.publish("good");
        traces.awaitTrace("orders", "good");

        RTopic objects = tracing.topic(redisson, "objects");
        objects.addListener(Object.class, listener());
        publishRaw(redis, "objects", "no object of Kryo".getBytes(UTF_8));
        traces.awaitError("process objects");
        objects.publish("good");
        traces.awaitTrace("objects", "good");
        objects.removeAllListeners();
    }

    @Test
    void refusedMessageEndsSpanWithErrorCode() {
        RedissonClient mute = connect("mute");
        try {
            RTopic topic = tracing.topic(mute, "orders");
            assertThatThrownBy(() -> topic.publish("x")).hasMessageContaining("NOPERM");
            assertThat(traces.awaitError("publish orders").getAttributes().get(ERROR_TYPE))
                    .isEqualTo("NOPERM");
            assertThatThrownBy(
                            () -> topic.publishAsync("x").toCompletableFuture().get(60, SECONDS))
                    .hasMessageContaining("NOPERM");
            assertThat(traces.awaitError("publish orders").getAttributes().get(ERROR_TYPE))
                    .isEqualTo("NOPERM");
        } finally {
            mute.shutdown(0, 5, SECONDS);
        }
    }

    @Test
    void codecDecidesWhatNullMessageIs() throws Exception {
        BlockingQueue<byte[]> wire = new LinkedBlockingQueue<>();
        plain.getTopic("wire", ByteArrayCodec.INSTANCE)
                .addListener(byte[].class, (channel, message) -> wire.add(message));
        redisson.getTopic("wire", new JsonJacksonCodec()).publish(null);
        assertThat(wire.poll(60, SECONDS)).isEqualTo("null".getBytes(UTF_8));
        RTopic json = tracing.topic(redisson, "wire", new JsonJacksonCodec());
        assertThat(json.publish(null)).isEqualTo(1);
        assertHeader(wire.poll(60, SECONDS), traces.span("publish wire"), "null");
        traces.reset();

        RTopic text = tracing.topic(redisson, "wire", StringCodec.INSTANCE);
        assertThatThrownBy(() -> text.publish(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> text.publishAsync(null)).isInstanceOf(NullPointerException.class);
        traces.assertNothing();
    }

    @Test
    void objectOfRedissonIsSentAsReference() throws Exception {
        BlockingQueue<RedissonReference> received = new LinkedBlockingQueue<>();
        RTopic topic = tracing.topic(redisson, "orders");
        topic.addListener(RedissonReference.class, (channel, message) -> received.add(message));
        assertThat(topic.publish(redisson.getBucket("cup"))).isEqualTo(1);
        RedissonReference reference = received.poll(60, SECONDS);
        assertThat(reference.getType()).isEqualTo(RBucket.class);
        assertThat(reference.getKeyName()).isEqualTo("cup");
        assertThat(topic.publishAsync(redisson.getMap("cups"))
                        .toCompletableFuture()
                        .get(60, SECONDS))
                .isEqualTo(1);
        assertThat(received.poll(60, SECONDS).getKeyName()).isEqualTo("cups");
    }

    /** As a program's wrapper, or a proxy of a framework. */
    @Test
    void clientThatWrapsRedissonIsTraced() {
        RedissonClient wrapper = (RedissonClient) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RedissonClient.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> method.invoke(redisson, arguments);
                });
        RTopic topic = tracing.topic(wrapper, "orders");
        topic.addListener(String.class, listener());
        topic.publish("one");
        traces.awaitTrace("orders", "one");
    }

    @Test
    void nullIsRefused() {
        RTopic topic = tracing.topic(redisson, "orders");
        assertThatThrownBy(() -> topic.addListener(String.class, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> topic.addListener(null, listener())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> tracing.topic(redisson, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> tracing.topic(null, "orders")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> tracing.topic(redisson, "orders", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> RedissonTracing.create(null)).isInstanceOf(NullPointerException.class);
        assertThat(topic).isEqualTo(topic).hasSameHashCodeAs(topic);
        traces.assertNothing();
    }
}
