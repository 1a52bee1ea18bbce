package io.redistributed.export.files;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Reads lines of at most 4 MiB, the limit of an OTLP request. Skips the rest of a longer one. */
final class BoundedLines implements Closeable {

    static final int MAX_BYTES = 4 << 20;

    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean whole;

    BoundedLines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** Reads the next line; returns false at the end. */
    boolean next() throws IOException {
        line.reset();
        int read = in.read();
        if (read < 0) {
            return false;
        }
        whole = true;
        for (; read >= 0 && read != '\n'; read = in.read()) {
            if (line.size() == MAX_BYTES) {
                whole = false;
            } else {
                line.write(read);
            }
        }
        // The last line of a killed writer has no end.
        whole &= read == '\n';
        return true;
    }

    /** Returns whether the line has an end and is not too long. */
    boolean isWhole() {
        return whole;
    }

    byte[] line() {
        return line.toByteArray();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
