package io.redistributed.pubsub.jedis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.BinaryJedisShardedPubSub;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.JedisPubSubBase;
import redis.clients.jedis.JedisShardedPubSub;
import redis.clients.jedis.util.SafeEncoder;

/**
 * Publishes and subscribes with a Jedis client and traces the messages. The methods are those of the client, with the
 * same arguments, results and exceptions.
 *
 * <p>The {@code subscribe} methods block until the last channel is unsubscribed, as those of the client. Callbacks run
 * on the calling thread; what they throw is recorded on the CONSUMER span and thrown by {@code subscribe}. All methods
 * of the given {@code JedisPubSub} work as usual. Tokens (redis-authx) are not renewed while a subscription lasts.
 *
 * <p>If {@code subscribe} ends while channels are subscribed, as a callback threw or the thread was interrupted, it marks
 * the connection as broken: a pool closes it, and a {@code Jedis} without a pool cannot be used again.
 *
 * @since 0.1.0
 */
public final class TracedJedis {

    private final PubSubClient client;
    private final RedisPubSubTelemetry telemetry;

    TracedJedis(PubSubClient client, RedisPubSubTelemetry telemetry) {
        this.client = client;
        this.telemetry = telemetry;
    }

    /**
     * Publishes a text as UTF-8 under a PRODUCER span.
     *
     * @param channel target channel
     * @param message the message without a header
     * @return the number of subscribers that received it
     */
    public long publish(String channel, String message) {
        byte[] name = SafeEncoder.encode(channel);
        byte[] body = SafeEncoder.encode(message);
        return telemetry.publish(channel, body, bytes -> client.publish(name, bytes));
    }

    /**
     * Publishes bytes under a PRODUCER span.
     *
     * @param channel target channel
     * @param message the message without a header; not modified
     * @return the number of subscribers that received it
     */
    public long publish(byte[] channel, byte[] message) {
        Objects.requireNonNull(message, "message");
        return telemetry.publish(new String(channel, UTF_8), message, bytes -> client.publish(channel, bytes));
    }

    /**
     * Publishes a text as UTF-8 to a shard channel under a PRODUCER span.
     *
     * @param channel target channel
     * @param message the message without a header
     * @return the number of subscribers that received it
     */
    public long spublish(String channel, String message) {
        byte[] name = SafeEncoder.encode(channel);
        byte[] body = SafeEncoder.encode(message);
        return telemetry.publish(channel, body, bytes -> client.spublish(name, bytes));
    }

    /**
     * Publishes bytes to a shard channel under a PRODUCER span.
     *
     * @param channel target channel
     * @param message the message without a header; not modified
     * @return the number of subscribers that received it
     */
    public long spublish(byte[] channel, byte[] message) {
        Objects.requireNonNull(message, "message");
        return telemetry.publish(new String(channel, UTF_8), message, bytes -> client.spublish(channel, bytes));
    }

    /**
     * Subscribes to channels and blocks.
     *
     * @param pubSub its {@code onMessage} runs under the CONSUMER span
     * @param channels channels to subscribe to
     */
    public void subscribe(JedisPubSub pubSub, String... channels) {
        run(pubSub, channels, false);
    }

    /**
     * Subscribes to channels and blocks.
     *
     * @param pubSub its {@code onMessage} runs under the CONSUMER span
     * @param channels channels to subscribe to
     */
    public void subscribe(BinaryJedisPubSub pubSub, byte[]... channels) {
        run(pubSub, channels, false);
    }

    /**
     * Subscribes to patterns and blocks.
     *
     * @param pubSub its {@code onPMessage} runs under the CONSUMER span
     * @param patterns patterns to subscribe to
     */
    public void psubscribe(JedisPubSub pubSub, String... patterns) {
        run(pubSub, patterns, true);
    }

    /**
     * Subscribes to patterns and blocks.
     *
     * @param pubSub its {@code onPMessage} runs under the CONSUMER span
     * @param patterns patterns to subscribe to
     */
    public void psubscribe(BinaryJedisPubSub pubSub, byte[]... patterns) {
        run(pubSub, patterns, true);
    }

    /**
     * Subscribes to shard channels, which must have one slot, and blocks.
     *
     * @param pubSub its {@code onSMessage} runs under the CONSUMER span
     * @param channels shard channels to subscribe to
     */
    public void ssubscribe(JedisShardedPubSub pubSub, String... channels) {
        check(pubSub, channels);
        client.subscribeShard(
                SafeEncoder.encode(channels[0]),
                connection -> traced(connection, own -> pubSub.proceed(own, channels), pubSub::isSubscribed));
    }

    /**
     * Subscribes to shard channels, which must have one slot, and blocks.
     *
     * @param pubSub its {@code onSMessage} runs under the CONSUMER span
     * @param channels shard channels to subscribe to
     */
    public void ssubscribe(BinaryJedisShardedPubSub pubSub, byte[]... channels) {
        check(pubSub, channels);
        client.subscribeShard(
                channels[0],
                connection -> traced(connection, own -> pubSub.proceed(own, channels), pubSub::isSubscribed));
    }

    private <T> void run(JedisPubSubBase<T> pubSub, T[] channels, boolean arePatterns) {
        check(pubSub, channels);
        Consumer<Connection> loop = own -> {
            if (arePatterns) {
                pubSub.proceedWithPatterns(own, channels);
            } else {
                pubSub.proceed(own, channels);
            }
        };
        client.subscribe(connection -> traced(connection, loop, pubSub::isSubscribed));
    }

    private static void check(Object pubSub, Object[] channels) {
        Objects.requireNonNull(pubSub, "pubSub");
        if (channels.length == 0) {
            throw new IllegalArgumentException("there are no channels, must be one or more");
        }
    }

    private void traced(Connection connection, Consumer<Connection> loop, BooleanSupplier isSubscribed) {
        SubscribedConnection own = new SubscribedConnection(connection, telemetry);
        try {
            loop.accept(own);
            own.handlerReturned();
        } catch (Throwable e) {
            own.handlerFailed(e);
            throw e;
        } finally {
            if (isSubscribed.getAsBoolean()) {
                // The next user of the connection would read messages as replies.
                connection.setBroken();
            }
        }
    }
}
