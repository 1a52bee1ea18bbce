package io.redistributed.api.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Decompresses gzip (RFC 1952): one or more members, and zeros after the last one. Anything else is an error, whereas {@link
 * java.util.zip.GZIPInputStream} ends without one at a damaged header after the first member.
 */
final class GzipStream extends InflaterInputStream {

    private static final int BUFFER_BYTES = 4096;
    private static final int DEFLATE = 8;
    private static final int HAS_CHECKSUM = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;

    private final PushbackInputStream source;
    /** Of the header, then of the decompressed bytes of a member. */
    private final CRC32 checksum = new CRC32();

    private int members;
    private boolean inMember;

    GzipStream(InputStream body) {
        this(new PushbackInputStream(new BufferedInputStream(body), BUFFER_BYTES));
    }

    private GzipStream(PushbackInputStream source) {
        super(source, new Inflater(true), BUFFER_BYTES);
        this.source = source;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (inMember || startMember()) {
            int read = super.read(target, offset, length);
            if (read >= 0) {
                checksum.update(target, offset, read);
                return read;
            }
            endMember();
        }
        return -1;
    }

    /** Reads a header. Returns false at the end of the body. */
    private boolean startMember() throws IOException {
        int first = source.read();
        if (members > 0) {
            while (first == 0) {
                first = source.read();
            }
            if (first < 0) {
                return false;
            }
        }
        members++;
        checksum.reset();
        if (first >= 0) {
            source.unread(first);
        }
        if (next() != 0x1F || next() != 0x8B || next() != DEFLATE) {
            throw new ZipException(
                    members == 1
                            ? "it does not begin with the header of gzip"
                            : "after member " + (members - 1)
                                    + ", it has bytes that are neither another member nor zeros");
        }
        int flags = next();
        skipBytes(6);
        if ((flags & HAS_EXTRA) != 0) {
            skipBytes(number(2));
        }
        if ((flags & HAS_NAME) != 0) {
            skipText();
        }
        if ((flags & HAS_COMMENT) != 0) {
            skipText();
        }
        long expected = checksum.getValue() & 0xFFFF;
        if ((flags & HAS_CHECKSUM) != 0 && number(2) != expected) {
            throw new ZipException("the header of member " + members + " is damaged");
        }
        checksum.reset();
        inMember = true;
        return true;
    }

    private void endMember() throws IOException {
        source.unread(buf, len - inf.getRemaining(), inf.getRemaining());
        long expected = checksum.getValue();
        if (number(4) != expected || number(4) != (inf.getBytesWritten() & 0xFFFFFFFFL)) {
            throw new ZipException("the checksum or length of member " + members + " is wrong");
        }
        inf.reset();
        inMember = false;
    }

    /** Reads a number of {@code bytes} bytes, the lowest first. */
    private long number(int bytes) throws IOException {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number |= (long) next() << 8 * i;
        }
        return number;
    }

    private void skipText() throws IOException {
        while (next() != 0) {}
    }

    private void skipBytes(long bytes) throws IOException {
        for (long i = 0; i < bytes; i++) {
            next();
        }
    }

    private int next() throws IOException {
        int next = source.read();
        if (next < 0) {
            throw new EOFException();
        }
        checksum.update(next);
        return next;
    }

    @Override
    public void close() throws IOException {
        super.close();
        // The superclass frees the native memory only of an inflater that it created.
        inf.end();
    }
}
