package io.redistributed.pubsub.lettuce;

import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.util.concurrent.CompletableFuture;

/**
 * Makes traced connections of a {@link RedisClusterClient}. The methods are those of the client, with the same
 * arguments, results and exceptions. Connections to single nodes, from {@code getConnection} of a traced connection
 * or its commands, are traced too.
 *
 * @since 0.1.0
 */
public final class TracedRedisClusterClient {

    private final RedisClusterClient client;
    private final RedisPubSubTelemetry telemetry;

    TracedRedisClusterClient(RedisClusterClient client, RedisPubSubTelemetry telemetry) {
        this.client = client;
        this.telemetry = telemetry;
    }

    /** {@return the client without tracing} */
    public RedisClusterClient client() {
        return client;
    }

    /**
     * Connects with text keys and values, see {@link RedisClusterClient#connect()}.
     *
     * @return a connection that traces what it publishes
     */
    public StatefulRedisClusterConnection<String, String> connect() {
        return connect(StringCodec.UTF8);
    }

    /**
     * Connects, see {@link RedisClusterClient#connect(RedisCodec)}.
     *
     * @param <K> type of channels and keys
     * @param <V> type of messages and values
     * @param codec encodes both
     * @return a connection that traces what it publishes
     */
    public <K, V> StatefulRedisClusterConnection<K, V> connect(RedisCodec<K, V> codec) {
        return TracedConnections.of(telemetry, codec, client.connect(codec));
    }

    /**
     * Connects, see {@link RedisClusterClient#connectAsync(RedisCodec)}.
     *
     * @param <K> type of channels and keys
     * @param <V> type of messages and values
     * @param codec encodes both
     * @return a connection that traces what it publishes
     */
    public <K, V> CompletableFuture<StatefulRedisClusterConnection<K, V>> connectAsync(RedisCodec<K, V> codec) {
        return client.connectAsync(codec).thenApply(connection -> TracedConnections.of(telemetry, codec, connection));
    }

    /**
     * Connects with text channels and messages, see {@link RedisClusterClient#connectPubSub()}.
     *
     * @return a connection that traces what it publishes and receives
     */
    public StatefulRedisClusterPubSubConnection<String, String> connectPubSub() {
        return connectPubSub(StringCodec.UTF8);
    }

    /**
     * Connects, see {@link RedisClusterClient#connectPubSub(RedisCodec)}.
     *
     * @param <K> type of channels
     * @param <V> type of messages
     * @param codec encodes both; decodes messages without their header
     * @return a connection that traces what it publishes and receives
     */
    public <K, V> StatefulRedisClusterPubSubConnection<K, V> connectPubSub(RedisCodec<K, V> codec) {
        return TracedConnections.of(telemetry, codec, client.connectPubSub(new HeaderCodec<>(codec)));
    }

    /**
     * Connects, see {@link RedisClusterClient#connectPubSubAsync(RedisCodec)}.
     *
     * @param <K> type of channels
     * @param <V> type of messages
     * @param codec encodes both; decodes messages without their header
     * @return a connection that traces what it publishes and receives
     */
    public <K, V> CompletableFuture<StatefulRedisClusterPubSubConnection<K, V>> connectPubSubAsync(
            RedisCodec<K, V> codec) {
        return client.connectPubSubAsync(new HeaderCodec<>(codec))
                .thenApply(connection -> TracedConnections.of(telemetry, codec, connection));
    }
}
