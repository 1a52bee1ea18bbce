package io.redistributed.generate.summary;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** The bytes of a CSV file, read once. The beginning is kept, from which the {@link Layout} is detected. */
public final class CsvBytes {

    /** More than the sample of a layout and its byte order mark. */
    private static final int BEGINNING_BYTES = Layout.SAMPLE_BYTES + 8;

    private final ByteBuffer beginning;
    private final InputStream all;
    private final long size;

    /**
     * Reads the beginning. Blocks if the stream does.
     *
     * @param in file from its first byte
     * @param size of the file in bytes
     */
    public CsvBytes(InputStream in, long size) {
        try {
            byte[] first = in.readNBytes(BEGINNING_BYTES);
            this.beginning = ByteBuffer.wrap(first).asReadOnlyBuffer();
            this.all = new SequenceInputStream(new ByteArrayInputStream(first), in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.size = size;
    }

    ByteBuffer beginning() {
        return beginning.duplicate();
    }

    long size() {
        return size;
    }

    /** Returns the whole file. To be read once. */
    InputStream all() {
        return all;
    }
}
