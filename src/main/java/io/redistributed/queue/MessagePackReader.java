package io.redistributed.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads MessagePack values: text and bytes as {@code byte[]}, integers as {@code Long}, other numbers as {@code Double},
 * maps by the text of their keys. Reads every form of a value, because workers in other languages choose their own.
 */
final class MessagePackReader {

    private static final int MAX_DEPTH = 16;

    private final ByteBuffer bytes;

    private MessagePackReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    /**
     * Returns the values of a sequence.
     *
     * @throws IllegalArgumentException if the bytes are not MessagePack, or nested too deeply
     */
    static List<Object> read(byte[] bytes) {
        MessagePackReader reader = new MessagePackReader(bytes);
        List<Object> values = new ArrayList<>();
        try {
            while (reader.bytes.hasRemaining()) {
                values.add(reader.value(0));
            }
            return values;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("not MessagePack: bytes are missing", e);
        }
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("MessagePack is nested deeper than " + MAX_DEPTH);
        }
        byte type = bytes.get();
        int low = type & 0x0f;
        return switch (type >> 4 & 0x0f) {
            case 0x8 -> map(low, depth);
            case 0x9 -> list(low, depth);
            case 0xa, 0xb -> text(type & 0x1f);
            case 0xc, 0xd -> sized(type & 0xff, depth);
            default -> (long) type;
        };
    }

    private Object sized(int type, int depth) {
        return switch (type) {
            case 0xc0 -> null;
            case 0xc2 -> false;
            case 0xc3 -> true;
            case 0xc4, 0xd9, 0xcc -> type == 0xcc ? (Object) (bytes.get() & 0xffL) : text(bytes.get() & 0xff);
            case 0xc5, 0xda -> text(bytes.getShort() & 0xffff);
            case 0xc6, 0xdb -> text(bytes.getInt());
            case 0xca -> (double) bytes.getFloat();
            case 0xcb -> bytes.getDouble();
            case 0xcd -> bytes.getShort() & 0xffffL;
            case 0xce -> bytes.getInt() & 0xffffffffL;
            case 0xcf, 0xd3 -> bytes.getLong();
            case 0xd0 -> (long) bytes.get();
            case 0xd1 -> (long) bytes.getShort();
            case 0xd2 -> (long) bytes.getInt();
            case 0xdc -> list(bytes.getShort() & 0xffff, depth);
            case 0xdd -> list(bytes.getInt(), depth);
            case 0xde -> map(bytes.getShort() & 0xffff, depth);
            case 0xdf -> map(bytes.getInt(), depth);
            default -> throw new IllegalArgumentException("not MessagePack of a report: type " + type);
        };
    }

    private byte[] text(int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] text = new byte[length];
        bytes.get(text);
        return text;
    }

    /** Grows as it reads, since the size may be damaged. */
    private List<Object> list(int size, int depth) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i != size; i++) {
            list.add(value(depth + 1));
        }
        return list;
    }

    private Map<String, Object> map(int size, int depth) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i != size; i++) {
            Object key = value(depth + 1);
            map.put(
                    key instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : String.valueOf(key),
                    value(depth + 1));
        }
        return map;
    }
}
