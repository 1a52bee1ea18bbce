package io.redistributed.queue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes one MessagePack map, which scripts read with {@code cmsgpack.unpack}: names to text, bytes, whole numbers,
 * maps and lists of maps.
 */
final class MessagePack {

    private static final int MAP_4 = 0x80;
    private static final int MAP_16 = 0xde;
    private static final int ARRAY_16 = 0xdc;
    private static final int STRING_5 = 0xa0;
    private static final int STRING_8 = 0xd9;
    private static final int STRING_16 = 0xda;
    private static final int STRING_32 = 0xdb;
    private static final int INT_64 = 0xd3;

    private byte[] bytes = new byte[320];
    /** Behind room for the longest head of a map. */
    private int length = 3;

    private int size;

    MessagePack put(String name, String value) {
        return key(name).append(value.getBytes(StandardCharsets.UTF_8));
    }

    MessagePack put(String name, byte[] value) {
        return key(name).append(value);
    }

    MessagePack put(String name, long value) {
        key(name).head(INT_64, value, Long.BYTES);
        return this;
    }

    MessagePack put(String name, MessagePack value) {
        return key(name).raw(value.toBytes());
    }

    MessagePack put(String name, List<MessagePack> values) {
        return key(name).raw(list(values));
    }

    MessagePack putUnlessEmpty(String name, String value) {
        return value.isEmpty() ? this : put(name, value);
    }

    byte[] toBytes() {
        if (size < 1 << 4) {
            bytes[2] = (byte) (MAP_4 | size);
            return Arrays.copyOfRange(bytes, 2, length);
        }
        bytes[0] = (byte) MAP_16;
        bytes[1] = (byte) (size >> 8);
        bytes[2] = (byte) size;
        return Arrays.copyOf(bytes, length);
    }

    static byte[] list(List<MessagePack> values) {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        list.write(ARRAY_16);
        list.write(values.size() >> 8);
        list.write(values.size());
        values.forEach(value -> list.writeBytes(value.toBytes()));
        return list.toByteArray();
    }

    private MessagePack key(String name) {
        size++;
        return append(name.getBytes(StandardCharsets.UTF_8));
    }

    private MessagePack append(byte[] text) {
        if (text.length < 1 << 5) {
            head(STRING_5 | text.length, 0, 0);
        } else if (text.length < 1 << 8) {
            head(STRING_8, text.length, 1);
        } else if (text.length < 1 << 16) {
            head(STRING_16, text.length, 2);
        } else {
            head(STRING_32, text.length, 4);
        }
        return raw(text);
    }

    /** Appends the type, one byte, and then a number. */
    private void head(int type, long number, int width) {
        reserve(1 + width);
        bytes[length++] = (byte) type;
        for (int shift = Byte.SIZE * (width - 1); shift >= 0; shift -= Byte.SIZE) {
            bytes[length++] = (byte) (number >> shift);
        }
    }

    private MessagePack raw(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
