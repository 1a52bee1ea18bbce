package io.redistributed.pubsub.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.RedisClusterClient;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.util.Objects;

/**
 * Traces the messages of Lettuce clients.
 *
 * <pre>{@code
 * TracedRedisClient client = LettuceTracing.create(telemetry).wrap(redisClient);
 * StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub();
 * subscriber.addListener(listener);
 * subscriber.sync().subscribe("orders");
 * client.connect().sync().publish("orders", "two cups");
 * }</pre>
 *
 * <p>{@code publish} and {@code spublish} of the synchronous, asynchronous and reactive commands make a PRODUCER span,
 * which ends with the reply. Each listener runs under a CONSUMER span. Its exception is recorded on the span and then
 * logged by Lettuce as usual. All other commands are those of the connection.
 *
 * <p>Not traced: messages published by a script, by {@code dispatch}, or through a node selection of a cluster. A
 * Pub/Sub connection removes the header from every value it reads.
 *
 * <p>Immutable, safe to use from any thread.
 *
 * @since 0.1.0
 */
public final class LettuceTracing {

    private final RedisPubSubTelemetry telemetry;

    private LettuceTracing(RedisPubSubTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    /**
     * Creates the tracing of clients.
     *
     * @param telemetry policies of the channels; records spans and metrics
     * @return the tracing
     */
    public static LettuceTracing create(RedisPubSubTelemetry telemetry) {
        Objects.requireNonNull(telemetry, "telemetry");
        return new LettuceTracing(telemetry.withErrorReplies(RedisCommandExecutionException.class));
    }

    /**
     * Wraps a client.
     *
     * @param client makes the connections; to be shut down by the caller
     * @return makes traced connections
     */
    public TracedRedisClient wrap(RedisClient client) {
        return new TracedRedisClient(Objects.requireNonNull(client, "client"), telemetry);
    }

    /**
     * Wraps a client of a cluster.
     *
     * @param client makes the connections; to be shut down by the caller
     * @return makes traced connections
     */
    public TracedRedisClusterClient wrap(RedisClusterClient client) {
        return new TracedRedisClusterClient(Objects.requireNonNull(client, "client"), telemetry);
    }
}
