package io.redistributed.export.collector;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Writes a message in the <a href="https://protobuf.dev/programming-guides/encoding/">wire format of protobuf</a> in one pass: inserts the length of a nested message after writing it. Writes default values too.
 */
public final class ProtoWriter {

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;
    private static final int MAX_VARINT_BYTES = 10;
    private static final char LAST_ASCII = 0x7F;

    private byte[] bytes;
    private int size;

    /** @param capacity expected size in bytes */
    public ProtoWriter(int capacity) {
        bytes = new byte[Math.max(2 * MAX_VARINT_BYTES, capacity)];
    }

    /** Returns what comes before a nested message of that many bytes. */
    public static ProtoWriter head(int field, int length) {
        ProtoWriter head = new ProtoWriter(2 * MAX_VARINT_BYTES);
        head.tag(field, LENGTH_DELIMITED);
        head.varint(length);
        return head;
    }

    /** Begins a nested message. Returns the argument for {@link #end}. */
    public int begin(int field) {
        tag(field, LENGTH_DELIMITED);
        return ++size;
    }

    public void end(int begin) {
        int length = size - begin;
        int more = varintBytes(length) - 1;
        if (more > 0) {
            reserve(more);
            System.arraycopy(bytes, begin, bytes, begin + more, length);
        }
        size = begin - 1;
        varint(length);
        size += length;
    }

    public void nested(int field, Consumer<ProtoWriter> fields) {
        int begin = begin(field);
        fields.accept(this);
        end(begin);
    }

    public void bool(int field, boolean value) {
        number(field, value ? 1 : 0);
    }

    public void number(int field, long value) {
        tag(field, VARINT);
        varint(value);
    }

    public void fixed32(int field, int value) {
        tag(field, FIXED_32);
        littleEndian(value, Integer.BYTES);
    }

    public void fixed64(int field, long value) {
        tag(field, FIXED_64);
        littleEndian(value, Long.BYTES);
    }

    public void real(int field, double value) {
        fixed64(field, Double.doubleToRawLongBits(value));
    }

    public void bytes(int field, ByteBuffer value) {
        byte[] copy = new byte[value.remaining()];
        value.duplicate().get(copy);
        bytes(field, copy);
    }

    public void bytes(int field, byte[] value) {
        tag(field, LENGTH_DELIMITED);
        lengthAndBytes(value);
    }

    /** Writes text in UTF-8; a lone surrogate becomes a question mark. */
    public void string(int field, String text) {
        int length = text.length();
        tag(field, LENGTH_DELIMITED);
        int start = size;
        varint(length);
        reserve(length);
        for (int i = 0; i < length; i++) {
            char character = text.charAt(i);
            if (character > LAST_ASCII) {
                size = start;
                lengthAndBytes(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            bytes[size++] = (byte) character;
        }
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    public Buffer appendTo(Buffer buffer) {
        return buffer.appendBytes(bytes, 0, size);
    }

    public int size() {
        return size;
    }

    void append(ProtoWriter other) {
        reserve(other.size);
        System.arraycopy(other.bytes, 0, bytes, size, other.size);
        size += other.size;
    }

    private void lengthAndBytes(byte[] value) {
        varint(value.length);
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** Writes a tag and ensures space for a varint after it. */
    private void tag(int field, int type) {
        reserve(2 * MAX_VARINT_BYTES);
        varint((long) field << 3 | type);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private static int varintBytes(int value) {
        return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 6) / 7);
    }

    private void littleEndian(long value, int count) {
        for (int i = 0; i < count; i++) {
            bytes[size++] = (byte) (value >>> Byte.SIZE * i);
        }
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }
}
