package io.redistributed.context;

import java.nio.ByteBuffer;

/** Unsigned LEB128 of at most three bytes, which is enough for any length within an envelope. */
final class Varint {

    static final int MAX_LENGTH = 3;

    private Varint() {}

    /**
     * The number at the position of {@code in}, or -1 if it is cut short or longer than three bytes. Zeros that pad it
     * are allowed, as LEB128 does: they let a writer fill in the length after the fields.
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

    static void put(int value, ByteBuffer out) {
        int rest = value;
        while (rest > 0x7F) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }
}
