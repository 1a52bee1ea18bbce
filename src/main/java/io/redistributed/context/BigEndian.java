package io.redistributed.context;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Puts numbers into an array, most significant byte first, and returns the next index. A {@code ByteBuffer} would
 * allocate one more object for each message.
 */
final class BigEndian {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    static int putInt(int value, byte[] out, int at) {
        INT.set(out, at, value);
        return at + Integer.BYTES;
    }

    static int putLong(long value, byte[] out, int at) {
        LONG.set(out, at, value);
        return at + Long.BYTES;
    }
}
