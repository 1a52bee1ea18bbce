package io.redistributed.queue;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes one MessagePack map, which scripts read with {@code cmsgpack.unpack}: names to text, bytes, whole numbers,
 * {@code true}, maps and lists of maps.
 */
final class MessagePack {

    private static final int MAP_16 = 0xde;
    private static final int ARRAY_16 = 0xdc;
    private static final int STRING_8 = 0xd9;
    private static final int STRING_16 = 0xda;
    private static final int STRING_32 = 0xdb;
    private static final int INT_64 = 0xd3;
    private static final int TRUE = 0xc3;

    private final Buffer buffer = Buffer.buffer(256).appendByte((byte) MAP_16).appendShort((short) 0);
    private int size;

    MessagePack put(String name, String value) {
        key(name);
        return append(value.getBytes(StandardCharsets.UTF_8));
    }

    MessagePack put(String name, byte[] value) {
        key(name);
        return append(value);
    }

    MessagePack put(String name, long value) {
        key(name);
        buffer.appendByte((byte) INT_64).appendLong(value);
        return this;
    }

    MessagePack put(String name, MessagePack value) {
        key(name);
        buffer.appendBuffer(value.toBuffer());
        return this;
    }

    MessagePack put(String name, List<MessagePack> values) {
        key(name);
        buffer.appendBuffer(list(values));
        return this;
    }

    /** Puts {@code true}, or nothing for false, as an absent name is false in Lua. */
    MessagePack putIfTrue(String name, boolean value) {
        if (value) {
            key(name);
            buffer.appendByte((byte) TRUE);
        }
        return this;
    }

    MessagePack putUnlessEmpty(String name, String value) {
        return value.isEmpty() ? this : put(name, value);
    }

    /** Returns the map, after which nothing may be put. */
    Buffer toBuffer() {
        return buffer.setShort(1, (short) size);
    }

    static Buffer list(List<MessagePack> values) {
        Buffer list = Buffer.buffer().appendByte((byte) ARRAY_16).appendShort((short) values.size());
        values.forEach(value -> list.appendBuffer(value.toBuffer()));
        return list;
    }

    private void key(String name) {
        size++;
        append(name.getBytes(StandardCharsets.UTF_8));
    }

    private MessagePack append(byte[] bytes) {
        if (bytes.length < 1 << 8) {
            buffer.appendByte((byte) STRING_8).appendByte((byte) bytes.length);
        } else if (bytes.length < 1 << 16) {
            buffer.appendByte((byte) STRING_16).appendShort((short) bytes.length);
        } else {
            buffer.appendByte((byte) STRING_32).appendInt(bytes.length);
        }
        buffer.appendBytes(bytes);
        return this;
    }
}
