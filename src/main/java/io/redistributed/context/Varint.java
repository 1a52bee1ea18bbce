package io.redistributed.context;

import java.nio.ByteBuffer;

/** Reads and writes unsigned LEB128 of at most three bytes, enough for any length in an envelope. */
final class Varint {

    static final int MAX_LENGTH = 3;

    private Varint() {}

    /**
     * Returns the number at the position of {@code in}, or -1 if it is truncated or longer than three bytes. LEB128
     * allows padding with zeros, so a writer can fill in the length after the fields.
     */
    static int read(ByteBuffer in) {
        int value = 0;
        for (int i = 0; i < MAX_LENGTH && in.hasRemaining(); i++) {
            byte next = in.get();
            value |= (next & 0x7F) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }

    /** Returns the number of bytes that {@link #put} writes. */
    static int lengthOf(int value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : 3;
    }

    /** Writes the value and returns the next index. */
    static int put(int value, byte[] out, int start) {
        int rest = value;
        int at = start;
        while (rest > 0x7F) {
            out[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[at++] = (byte) rest;
        return at;
    }
}
