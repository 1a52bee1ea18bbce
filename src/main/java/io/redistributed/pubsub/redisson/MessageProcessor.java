package io.redistributed.pubsub.redisson;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.opentelemetry.context.Scope;
import io.redistributed.context.DecodedMessage;
import io.redistributed.pubsub.ProcessOperation;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.Codec;
import org.redisson.client.handler.State;

/** Encodes messages, and calls listeners under the CONSUMER span of a message. */
record MessageProcessor(RedisPubSubTelemetry telemetry, RedissonClient redisson, Codec codec) {

    byte[] encode(@Nullable Object message) {
        ByteBuf encoded = value(message);
        try {
            return ByteBufUtil.getBytes(encoded);
        } finally {
            encoded.release();
        }
    }

    /** Redisson sends a reference in place of one of its objects. A client that wraps it has no method for that. */
    private ByteBuf value(@Nullable Object message) {
        if (redisson instanceof Redisson client) {
            return client.getCommandExecutor().encode(codec, message);
        }
        try {
            return codec.getValueEncoder().encode(message);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * Calls a listener if the message is of its type.
     *
     * @param message the bytes; something else if a listener that is not traced subscribed first, with its own codec
     */
    void process(String channel, Object message, Class<?> type, Consumer<Object> listener) {
        DecodedMessage received = message instanceof byte[] bytes
                ? telemetry.decode(channel, bytes)
                : DecodedMessage.untraced(ByteBuffer.allocate(0));
        Object body = message instanceof byte[] ? decode(channel, received) : message;
        if (!type.isInstance(body)) {
            return;
        }
        ProcessOperation operation = telemetry.startProcess(channel, received);
        try (Scope scope = operation.makeCurrent()) {
            listener.accept(body);
        } catch (Throwable e) {
            operation.fail(e);
            throw e;
        }
        operation.end();
    }

    private Object decode(String channel, DecodedMessage received) {
        try {
            return codec.getValueDecoder().decode(Unpooled.wrappedBuffer(received.body()), new State());
        } catch (IOException e) {
            telemetry.startProcess(channel, received).fail(e);
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            telemetry.startProcess(channel, received).fail(e);
            throw e;
        }
    }
}
