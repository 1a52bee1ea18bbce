package io.redistributed.generate;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.function.DoubleConsumer;

/**
 * Bytes as the characters of a CSV file: strict UTF-8, a byte order mark left out, no NUL. Broken bytes are an
 * {@link IOException} whose message names line, byte and reason.
 *
 * <p>The end is marked by one more record, which holds {@link #END} alone: FastCSV takes a quote left open for closed by
 * the end of the file, and only a reader that misses this record, because it fell within the quotes, can tell.
 */
final class CsvInput extends Reader {

    /** Cannot occur in the input, for NULs are refused. */
    static final char END = '\0';

    private static final double PROGRESS_STEP = 0.01;

    private final byte[] bytes;
    private final ByteBuffer unread;
    private final CharBuffer end = CharBuffer.wrap("\n" + END);
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final DoubleConsumer progress;
    private double reported;

    /** @param progress takes the share of the bytes read so far, in steps of a hundredth or more */
    CsvInput(byte[] bytes, DoubleConsumer progress) {
        this.bytes = bytes;
        this.unread = ByteBuffer.wrap(bytes);
        this.progress = progress;
        if (bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
            unread.position(3);
        }
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        CharBuffer chars = CharBuffer.wrap(target, offset, length);
        int from = unread.position();
        CoderResult result = decoder.decode(unread, chars, true);
        refuseNul(from);
        if (result.isError()) {
            int at = unread.position();
            throw new IOException("%s: 0x%02X is not valid UTF-8".formatted(place(at), bytes[at]));
        }
        report();
        if (!unread.hasRemaining()) {
            while (end.hasRemaining() && chars.hasRemaining()) {
                chars.put(end.get());
            }
        }
        int read = chars.position() - offset;
        return read == 0 ? -1 : read;
    }

    private void refuseNul(int from) throws IOException {
        for (int at = from; at < unread.position(); at++) {
            if (bytes[at] == 0) {
                throw new IOException(place(at) + ": a NUL byte, which text does not have");
            }
        }
    }

    private String place(int at) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < at; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r' && bytes[i + 1] != '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return "line " + line + ", byte " + (at - lineStart + 1);
    }

    private void report() {
        double done = (double) unread.position() / bytes.length;
        if (done - reported >= PROGRESS_STEP || done == 1 && reported < 1) {
            reported = done;
            progress.accept(done);
        }
    }

    @Override
    public void close() {}
}
