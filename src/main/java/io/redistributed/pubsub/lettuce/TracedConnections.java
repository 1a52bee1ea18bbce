package io.redistributed.pubsub.lettuce;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.pubsub.RedisClusterPubSubListener;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Decorates a connection: its commands, its listeners and, in a cluster, the connections to its nodes. */
final class TracedConnections<K, V> extends Decorator {

    private final RedisPubSubTelemetry telemetry;
    private final RedisCodec<K, V> codec;
    private final StatefulConnection<K, V> connection;
    private final MessagePublisher<K, V> publisher;
    private final MessageProcessor<K, V> processor;
    private final Map<String, Object> commands = new ConcurrentHashMap<>();

    private TracedConnections(
            RedisPubSubTelemetry telemetry, RedisCodec<K, V> codec, StatefulConnection<K, V> connection) {
        super(connection);
        this.telemetry = telemetry;
        this.codec = codec;
        this.connection = connection;
        this.publisher = new MessagePublisher<>(telemetry, codec, connection);
        this.processor = new MessageProcessor<>(telemetry, codec);
    }

    /** @param codec the program's; a Pub/Sub connection has it within a {@link HeaderCodec} */
    static <K, V, C extends StatefulConnection<K, V>> C of(
            RedisPubSubTelemetry telemetry, RedisCodec<K, V> codec, C connection) {
        return new TracedConnections<>(telemetry, codec, connection).proxy(connection);
    }

    @Override
    @Nullable
    Object call(Object proxy, Method method, @Nullable Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "sync", "async", "reactive" -> commands(proxy, method);
            case "addListener", "removeListener" ->
                forward(method, traced(method.getParameterTypes()[0], arguments[0]));
            case "getConnection", "getConnectionAsync" -> ofNode(forward(method, arguments));
            default -> forward(method, arguments);
        };
    }

    private Object commands(Object proxy, Method method) throws Throwable {
        Object known = commands.get(method.getName());
        if (known != null) {
            return known;
        }
        Object target = Objects.requireNonNull(forward(method));
        Object made = new TracedCommands<>(proxy, connection, target, publisher, processor).proxy(target);
        Object raced = commands.putIfAbsent(method.getName(), made);
        return raced == null ? made : raced;
    }

    /** Listeners of connection states and push messages are left alone. */
    @SuppressWarnings("unchecked")
    private Object traced(Class<?> type, @Nullable Object listener) {
        Objects.requireNonNull(listener, "listener");
        if (type == RedisClusterPubSubListener.class) {
            return new TracedClusterListener<>(processor, (RedisClusterPubSubListener<K, V>) listener);
        }
        return type == RedisPubSubListener.class
                ? new TracedListener<>(processor, (RedisPubSubListener<K, V>) listener)
                : listener;
    }

    @SuppressWarnings("unchecked")
    private @Nullable Object ofNode(@Nullable Object result) {
        if (result instanceof CompletableFuture<?> future) {
            return future.thenApply(this::ofNode);
        }
        boolean isOfCluster = connection instanceof StatefulRedisClusterConnection
                || connection instanceof StatefulRedisClusterPubSubConnection;
        return isOfCluster && result instanceof StatefulRedisConnection<?, ?> node
                ? of(telemetry, codec, (StatefulRedisConnection<K, V>) node)
                : result;
    }
}
