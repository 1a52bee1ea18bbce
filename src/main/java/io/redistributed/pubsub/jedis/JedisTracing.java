package io.redistributed.pubsub.jedis;

import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.util.Objects;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Traces the messages of Jedis clients.
 *
 * <pre>{@code
 * TracedJedis traced = JedisTracing.create(telemetry).wrap(jedis);
 * traced.publish("orders", "two cups");
 * traced.subscribe(pubSub, "orders"); // blocks until pubSub.unsubscribe()
 * }</pre>
 *
 * <p>A message that is published has a PRODUCER span, which ends with the reply. The callbacks for messages of a
 * {@code JedisPubSub} run under a CONSUMER span.
 *
 * <p>Not traced: messages published in a pipeline, a transaction or a script, or by the wrapped client.
 *
 * <p>Immutable, safe to use from any thread.
 *
 * @since 0.1.0
 */
public final class JedisTracing {

    private final RedisPubSubTelemetry telemetry;

    private JedisTracing(RedisPubSubTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    /**
     * Creates the tracing of clients.
     *
     * @param telemetry policies of the channels; records spans and metrics
     * @return the tracing
     */
    public static JedisTracing create(RedisPubSubTelemetry telemetry) {
        Objects.requireNonNull(telemetry, "telemetry");
        return new JedisTracing(telemetry.withErrorReplies(JedisDataException.class));
    }

    /**
     * Wraps a connection, also one of a pool.
     *
     * @param jedis to be closed by the caller
     * @return publishes and subscribes on this connection; for one thread at a time, as {@code jedis}
     */
    public TracedJedis wrap(Jedis jedis) {
        return new TracedJedis(new SingleClient(Objects.requireNonNull(jedis, "jedis")), telemetry);
    }

    /**
     * Wraps a client with a pool or a cluster behind it: {@code JedisPooled}, {@code JedisCluster},
     * {@code JedisSentineled}, and {@code RedisClient}, {@code RedisClusterClient} and {@code RedisSentinelClient} of
     * newer versions.
     *
     * @param jedis to be closed by the caller
     * @return publishes and subscribes with this client; safe to use from any thread
     */
    public TracedJedis wrap(UnifiedJedis jedis) {
        return new TracedJedis(new UnifiedClient(Objects.requireNonNull(jedis, "jedis")), telemetry);
    }
}
