package io.redistributed.pubsub.lettuce;

import io.lettuce.core.ConnectionFuture;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.redistributed.pubsub.RedisPubSubTelemetry;

/**
 * Makes traced connections of a {@link RedisClient}. The methods are those of the client, with the same arguments,
 * results and exceptions.
 *
 * @since 0.1.0
 */
public final class TracedRedisClient {

    private final RedisClient client;
    private final RedisPubSubTelemetry telemetry;

    TracedRedisClient(RedisClient client, RedisPubSubTelemetry telemetry) {
        this.client = client;
        this.telemetry = telemetry;
    }

    /** {@return the client without tracing} */
    public RedisClient client() {
        return client;
    }

    /**
     * Connects with text keys and values, see {@link RedisClient#connect()}.
     *
     * @return a connection that traces what it publishes
     */
    public StatefulRedisConnection<String, String> connect() {
        return connect(StringCodec.UTF8);
    }

    /**
     * Connects with text keys and values, see {@link RedisClient#connect(RedisURI)}.
     *
     * @param uri server to connect to
     * @return a connection that traces what it publishes
     */
    public StatefulRedisConnection<String, String> connect(RedisURI uri) {
        return connect(StringCodec.UTF8, uri);
    }

    /**
     * Connects, see {@link RedisClient#connect(RedisCodec)}.
     *
     * @param <K> type of channels and keys
     * @param <V> type of messages and values
     * @param codec encodes both
     * @return a connection that traces what it publishes
     */
    public <K, V> StatefulRedisConnection<K, V> connect(RedisCodec<K, V> codec) {
        return TracedConnections.of(telemetry, codec, client.connect(codec));
    }

    /**
     * Connects, see {@link RedisClient#connect(RedisCodec, RedisURI)}.
     *
     * @param <K> type of channels and keys
     * @param <V> type of messages and values
     * @param codec encodes both
     * @param uri server to connect to
     * @return a connection that traces what it publishes
     */
    public <K, V> StatefulRedisConnection<K, V> connect(RedisCodec<K, V> codec, RedisURI uri) {
        return TracedConnections.of(telemetry, codec, client.connect(codec, uri));
    }

    /**
     * Connects, see {@link RedisClient#connectAsync(RedisCodec, RedisURI)}.
     *
     * @param <K> type of channels and keys
     * @param <V> type of messages and values
     * @param codec encodes both
     * @param uri server to connect to
     * @return a connection that traces what it publishes
     */
    public <K, V> ConnectionFuture<StatefulRedisConnection<K, V>> connectAsync(RedisCodec<K, V> codec, RedisURI uri) {
        return client.connectAsync(codec, uri)
                .thenApply(connection -> TracedConnections.of(telemetry, codec, connection));
    }

    /**
     * Connects with text channels and messages, see {@link RedisClient#connectPubSub()}.
     *
     * @return a connection that traces what it publishes and receives
     */
    public StatefulRedisPubSubConnection<String, String> connectPubSub() {
        return connectPubSub(StringCodec.UTF8);
    }

    /**
     * Connects with text channels and messages, see {@link RedisClient#connectPubSub(RedisURI)}.
     *
     * @param uri server to connect to
     * @return a connection that traces what it publishes and receives
     */
    public StatefulRedisPubSubConnection<String, String> connectPubSub(RedisURI uri) {
        return connectPubSub(StringCodec.UTF8, uri);
    }

    /**
     * Connects, see {@link RedisClient#connectPubSub(RedisCodec)}.
     *
     * @param <K> type of channels
     * @param <V> type of messages
     * @param codec encodes both; decodes messages without their header
     * @return a connection that traces what it publishes and receives
     */
    public <K, V> StatefulRedisPubSubConnection<K, V> connectPubSub(RedisCodec<K, V> codec) {
        return TracedConnections.of(telemetry, codec, client.connectPubSub(new HeaderCodec<>(codec)));
    }

    /**
     * Connects, see {@link RedisClient#connectPubSub(RedisCodec, RedisURI)}.
     *
     * @param <K> type of channels
     * @param <V> type of messages
     * @param codec encodes both; decodes messages without their header
     * @param uri server to connect to
     * @return a connection that traces what it publishes and receives
     */
    public <K, V> StatefulRedisPubSubConnection<K, V> connectPubSub(RedisCodec<K, V> codec, RedisURI uri) {
        return TracedConnections.of(telemetry, codec, client.connectPubSub(new HeaderCodec<>(codec), uri));
    }

    /**
     * Connects, see {@link RedisClient#connectPubSubAsync(RedisCodec, RedisURI)}.
     *
     * @param <K> type of channels
     * @param <V> type of messages
     * @param codec encodes both; decodes messages without their header
     * @param uri server to connect to
     * @return a connection that traces what it publishes and receives
     */
    public <K, V> ConnectionFuture<StatefulRedisPubSubConnection<K, V>> connectPubSubAsync(
            RedisCodec<K, V> codec, RedisURI uri) {
        return client.connectPubSubAsync(new HeaderCodec<>(codec), uri)
                .thenApply(connection -> TracedConnections.of(telemetry, codec, connection));
    }
}
