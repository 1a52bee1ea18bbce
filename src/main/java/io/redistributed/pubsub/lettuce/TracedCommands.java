package io.redistributed.pubsub.lettuce;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.BaseRedisAsyncCommands;
import io.lettuce.core.api.reactive.BaseRedisReactiveCommands;
import io.lettuce.core.api.sync.BaseRedisCommands;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.lang.reflect.Method;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink.OverflowStrategy;

/** Decorates the synchronous, asynchronous or reactive commands of a connection. */
final class TracedCommands<K, V> extends Decorator {

    private final Object tracedConnection;
    private final StatefulConnection<K, V> connection;
    private final Object commands;
    private final MessagePublisher<K, V> publisher;
    private final MessageProcessor<K, V> processor;

    TracedCommands(
            Object tracedConnection,
            StatefulConnection<K, V> connection,
            Object commands,
            MessagePublisher<K, V> publisher,
            MessageProcessor<K, V> processor) {
        super(commands);
        this.tracedConnection = tracedConnection;
        this.connection = connection;
        this.commands = commands;
        this.publisher = publisher;
        this.processor = processor;
    }

    @Override
    @Nullable
    Object call(Object proxy, Method method, @Nullable Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "publish" -> publish(CommandType.PUBLISH, method, arguments);
            case "spublish" -> publish(CommandType.SPUBLISH, method, arguments);
            case "observeChannels" -> observed().channels(overflow(arguments));
            case "observePatterns" -> observed().patterns(overflow(arguments));
            case "getStatefulConnection" -> tracedConnection;
            case "getConnection" -> ofNode(arguments);
            default -> forward(method, arguments);
        };
    }

    @SuppressWarnings("unchecked")
    private @Nullable Object publish(CommandType type, Method method, @Nullable Object[] arguments) throws Throwable {
        K channel = (K) arguments[0];
        V message = (V) arguments[1];
        if (channel == null) {
            // Lettuce decides what that means.
            return forward(method, arguments);
        }
        if (commands instanceof BaseRedisAsyncCommands<?, ?> async) {
            return publisher.async((BaseRedisAsyncCommands<K, V>) async, type, channel, message);
        }
        if (commands instanceof BaseRedisReactiveCommands<?, ?> reactive) {
            return publisher.reactive((BaseRedisReactiveCommands<K, V>) reactive, type, channel, message);
        }
        return publisher.sync((BaseRedisCommands<K, V>) commands, type, channel, message);
    }

    /** The commands of one node, by its id, or its host and port. */
    private Object ofNode(@Nullable Object[] arguments) {
        StatefulRedisClusterConnection<?, ?> cluster = (StatefulRedisClusterConnection<?, ?>) tracedConnection;
        StatefulRedisConnection<?, ?> node = arguments.length == 1
                ? cluster.getConnection((String) arguments[0])
                : cluster.getConnection((String) arguments[0], (Integer) arguments[1]);
        if (commands instanceof BaseRedisAsyncCommands) {
            return node.async();
        }
        return commands instanceof BaseRedisReactiveCommands ? node.reactive() : node.sync();
    }

    private ObservedMessages<K, V> observed() {
        return new ObservedMessages<>((StatefulRedisPubSubConnection<K, V>) connection, processor);
    }

    private static OverflowStrategy overflow(@Nullable Object[] arguments) {
        return arguments.length == 0
                ? OverflowStrategy.BUFFER
                : (OverflowStrategy) Objects.requireNonNull(arguments[0], "overflowStrategy");
    }
}
