package io.redistributed.generate.js;

import java.io.ByteArrayOutputStream;

/** Keeps the bytes up to a limit and drops the others. */
final class BoundedOutput extends ByteArrayOutputStream {

    private final int limit;
    private boolean exceeded;

    BoundedOutput(int limit) {
        this.limit = limit;
    }

    @Override
    public synchronized void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int kept = Math.min(length, limit - count);
        exceeded |= kept < length;
        super.write(bytes, offset, kept);
    }

    synchronized boolean isExceeded() {
        return exceeded;
    }
}
