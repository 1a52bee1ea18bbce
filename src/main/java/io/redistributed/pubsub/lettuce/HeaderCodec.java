package io.redistributed.pubsub.lettuce;

import io.lettuce.core.codec.RedisCodec;
import io.redistributed.context.DecodedMessage;
import io.redistributed.context.TraceCodec;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Removes the headers of messages before the program's codec decodes them. Lettuce decodes a message and calls the
 * listeners at once, on one thread, so listeners find its header by {@link #last}.
 */
final class HeaderCodec<K, V> implements RedisCodec<K, V> {

    private static final ThreadLocal<@Nullable Received> LAST = new ThreadLocal<>();
    private static final Received NOTHING = Received.of(ByteBuffer.allocate(0));

    private final RedisCodec<K, V> codec;

    HeaderCodec(RedisCodec<K, V> codec) {
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    /** @param bytes the message with its header, valid until the listeners return */
    record Received(ByteBuffer bytes, DecodedMessage message) {

        static Received of(ByteBuffer bytes) {
            ByteBuffer whole = bytes.slice();
            return new Received(whole, TraceCodec.decode(whole));
        }
    }

    /** Returns the value that this thread decoded last. */
    static Received last() {
        Received last = LAST.get();
        return last == null ? NOTHING : last;
    }

    @Override
    public K decodeKey(ByteBuffer bytes) {
        return codec.decodeKey(bytes);
    }

    @Override
    public V decodeValue(ByteBuffer bytes) {
        Received received = Received.of(bytes);
        LAST.set(received);
        return codec.decodeValue(
                received.message().bodyOffset() == 0
                        ? bytes
                        : received.message().body());
    }

    @Override
    public ByteBuffer encodeKey(K key) {
        return codec.encodeKey(key);
    }

    @Override
    public ByteBuffer encodeValue(V value) {
        return codec.encodeValue(value);
    }
}
