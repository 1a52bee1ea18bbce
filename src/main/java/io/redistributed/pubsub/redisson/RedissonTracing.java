package io.redistributed.pubsub.redisson;

import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.redisson.KnownListeners.Channel;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import org.redisson.api.RPatternTopic;
import org.redisson.api.RShardedTopic;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.Codec;

/**
 * Traces the messages of Redisson topics.
 *
 * <pre>{@code
 * RTopic orders = RedissonTracing.create(telemetry).topic(redisson, "orders");
 * orders.addListener(String.class, (channel, message) -> handle(message));
 * orders.publish("two cups");
 * }</pre>
 *
 * <p>A message that is published has a PRODUCER span, which ends with the reply. Each listener runs under a CONSUMER
 * span. Its exception is recorded on the span and then handled by Redisson as usual. The first methods use the codec of
 * the client, the others a given one.
 *
 * <p>All listeners of a channel within one {@code RedissonClient} share what the first one subscribed with. So take all
 * topics of a channel from this class: a listener that was added to {@code redisson.getTopic("orders")} gets no messages
 * while a traced one came first, and the header in front of the message otherwise.
 *
 * <p>Not traced: messages published in a batch, a transaction or a script, or to the topics of Redisson's own objects.
 *
 * <p>Safe to use from any thread.
 *
 * @since 0.1.0
 */
public final class RedissonTracing {

    private final RedisPubSubTelemetry telemetry;
    private final Map<RedissonClient, KnownListeners> listeners = Collections.synchronizedMap(new WeakHashMap<>());

    private RedissonTracing(RedisPubSubTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    /**
     * Creates the tracing of topics.
     *
     * @param telemetry policies of the channels; records spans and metrics
     * @return the tracing
     */
    public static RedissonTracing create(RedisPubSubTelemetry telemetry) {
        Objects.requireNonNull(telemetry, "telemetry");
        return new RedissonTracing(telemetry.withErrorReplies(RedisException.class));
    }

    /**
     * Returns a traced topic, see {@link RedissonClient#getTopic(String)}.
     *
     * @param redisson to be shut down by the caller
     * @param name channel to publish and subscribe to
     * @return the topic
     */
    public RTopic topic(RedissonClient redisson, String name) {
        return topic(redisson, name, codecOf(redisson));
    }

    /**
     * Returns a traced topic, see {@link RedissonClient#getTopic(String, Codec)}.
     *
     * @param redisson to be shut down by the caller
     * @param name channel to publish and subscribe to
     * @param codec encodes and decodes messages without their header
     * @return the topic
     */
    public RTopic topic(RedissonClient redisson, String name, Codec codec) {
        RTopic topic = redisson.getTopic(name(name), ByteArrayCodec.INSTANCE);
        return traced(RTopic.class, topic, name, redisson, codec);
    }

    /**
     * Returns a traced sharded topic, see {@link RedissonClient#getShardedTopic(String)}.
     *
     * @param redisson to be shut down by the caller
     * @param name shard channel to publish and subscribe to
     * @return the topic
     */
    public RShardedTopic shardedTopic(RedissonClient redisson, String name) {
        return shardedTopic(redisson, name, codecOf(redisson));
    }

    /**
     * Returns a traced sharded topic, see {@link RedissonClient#getShardedTopic(String, Codec)}.
     *
     * @param redisson to be shut down by the caller
     * @param name shard channel to publish and subscribe to
     * @param codec encodes and decodes messages without their header
     * @return the topic
     */
    public RShardedTopic shardedTopic(RedissonClient redisson, String name, Codec codec) {
        RShardedTopic topic = redisson.getShardedTopic(name(name), ByteArrayCodec.INSTANCE);
        return traced(RShardedTopic.class, topic, name, redisson, codec);
    }

    /**
     * Returns a traced pattern topic, see {@link RedissonClient#getPatternTopic(String)}.
     *
     * @param redisson to be shut down by the caller
     * @param pattern glob over channels to subscribe to
     * @return the topic
     */
    public RPatternTopic patternTopic(RedissonClient redisson, String pattern) {
        return patternTopic(redisson, pattern, codecOf(redisson));
    }

    /**
     * Returns a traced pattern topic, see {@link RedissonClient#getPatternTopic(String, Codec)}.
     *
     * @param redisson to be shut down by the caller
     * @param pattern glob over channels to subscribe to
     * @param codec decodes messages without their header
     * @return the topic
     */
    public RPatternTopic patternTopic(RedissonClient redisson, String pattern, Codec codec) {
        RPatternTopic topic = redisson.getPatternTopic(name(pattern), ByteArrayCodec.INSTANCE);
        return traced(RPatternTopic.class, topic, pattern, redisson, codec);
    }

    private <T> T traced(Class<T> type, T topic, String name, RedissonClient redisson, Codec codec) {
        MessageProcessor processor = new MessageProcessor(telemetry, redisson, Objects.requireNonNull(codec, "codec"));
        KnownListeners ofClient = listeners.computeIfAbsent(redisson, client -> new KnownListeners());
        return new TracedTopic(topic, new Channel(type, name), processor, ofClient).proxy(type);
    }

    private static Codec codecOf(RedissonClient redisson) {
        return redisson.getConfig().getCodec();
    }

    private static String name(String name) {
        return Objects.requireNonNull(name, "name");
    }
}
