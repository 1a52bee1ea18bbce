package io.redistributed.pubsub.lettuce;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.BaseRedisAsyncCommands;
import io.lettuce.core.api.reactive.BaseRedisReactiveCommands;
import io.lettuce.core.api.sync.BaseRedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.opentelemetry.context.Scope;
import io.redistributed.pubsub.PublishOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Publishes messages with their header, each under a PRODUCER span that ends with the reply. */
record MessagePublisher<K, V>(
        RedisPubSubTelemetry telemetry, RedisCodec<K, V> codec, StatefulConnection<K, V> connection) {

    RedisFuture<Long> async(BaseRedisAsyncCommands<K, V> commands, CommandType type, K channel, @Nullable V message) {
        PublishOperation operation = start(channel, message);
        RedisFuture<Long> sent;
        try (Scope scope = operation.makeCurrent()) {
            sent = commands.dispatch(type, new IntegerOutput<>(codec), arguments(type, channel, operation));
        } catch (Throwable e) {
            operation.fail(e);
            throw e;
        }
        sent.whenComplete((receivers, failure) -> end(operation, receivers, failure));
        return sent;
    }

    @Nullable
    Long sync(BaseRedisCommands<K, V> commands, CommandType type, K channel, @Nullable V message) {
        if (connection instanceof StatefulRedisConnection<K, V> single && single.isMulti()) {
            // The reply comes with that of EXEC.
            async(single.async(), type, channel, message);
            return null;
        }
        PublishOperation operation = start(channel, message);
        try (Scope scope = operation.makeCurrent()) {
            Long receivers = commands.dispatch(type, new IntegerOutput<>(codec), arguments(type, channel, operation));
            end(operation, receivers, null);
            return receivers;
        } catch (Throwable e) {
            operation.fail(e);
            throw e;
        }
    }

    Mono<Long> reactive(BaseRedisReactiveCommands<K, V> commands, CommandType type, K channel, @Nullable V message) {
        return new TracedMono(() -> {
            PublishOperation operation = start(channel, message);
            Mono<Long> sent = commands.<Long>dispatch(
                            type, new IntegerOutput<>(codec), arguments(type, channel, operation))
                    .singleOrEmpty();
            return new TracedMono.Publish(operation, sent);
        });
    }

    private PublishOperation start(K channel, @Nullable V message) {
        return telemetry.startPublish(ChannelNames.of(codec, channel), codec.encodeValue(message));
    }

    private CommandArgs<K, V> arguments(CommandType type, K channel, PublishOperation operation) {
        CommandArgs<K, V> arguments = new CommandArgs<>(codec);
        if (type == CommandType.PUBLISH && connection instanceof StatefulRedisPubSubConnection) {
            // In a cluster, Lettuce publishes it on the node that this connection is subscribed to.
            arguments.add(bytes(codec.encodeKey(channel)));
        } else {
            arguments.addKey(channel);
        }
        return arguments.add(operation.message());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static void end(PublishOperation operation, @Nullable Long receivers, @Nullable Throwable failure) {
        if (failure != null) {
            operation.fail(failure);
        } else if (receivers != null) {
            operation.end(receivers);
        } else {
            operation.fail(new CancellationException("the message was not published: the transaction was discarded"));
        }
    }
}
