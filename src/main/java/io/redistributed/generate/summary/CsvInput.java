package io.redistributed.generate.summary;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.function.DoubleConsumer;

/**
 * Decodes the characters of a CSV file strictly, skips a byte order mark and rejects NUL. Invalid bytes cause an {@link IOException} with line, character and reason.
 *
 * <p>An extra record with {@link #END} marks the end. FastCSV accepts a quote that is still open at the end of the file; a missing end record, swallowed by the quotes, reveals it.
 */
final class CsvInput extends Reader {

    /** Cannot occur in the input, because NULs are rejected. */
    static final char END = '\0';

    private static final double PROGRESS_STEP = 0.01;

    private final ByteBuffer unread;
    private final Encoding encoding;
    private final CharBuffer end = CharBuffer.wrap("\n" + END);
    private final CharsetDecoder decoder;
    private final DoubleConsumer progress;
    private double reported;

    /** @param progress receives the share of the bytes read, in steps of at least 0.01 */
    CsvInput(ByteBuffer bytes, Encoding encoding, DoubleConsumer progress) {
        this.unread = bytes.duplicate().position(encoding.mark());
        this.encoding = encoding;
        this.decoder = encoding.charset().newDecoder();
        this.progress = progress;
    }

    /** Returns the first characters, from up to {@code bytes} bytes; invalid bytes are replaced. */
    static String beginning(ByteBuffer input, Encoding encoding, int bytes) {
        int end = Math.min(input.limit(), encoding.mark() + bytes);
        return lenient(input.duplicate().position(encoding.mark()).limit(end), encoding);
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        CharBuffer chars = CharBuffer.wrap(target, offset, length);
        CoderResult result = decoder.decode(unread, chars, true);
        refuseNul(target, offset, chars.position());
        if (result.isError()) {
            throw new IOException("%s: the byte 0x%02X is not valid %s; allowed are UTF-8 and UTF-16"
                    .formatted(place(read(unread.position())), unread.get(unread.position()), encoding.charset()));
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

    private void refuseNul(char[] chars, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            if (chars[i] == END) {
                String read = read(unread.limit());
                throw new IOException(place(read.substring(0, read.indexOf(END))) + ": NUL characters are not allowed");
            }
        }
    }

    private String read(int end) {
        return lenient(unread.duplicate().position(encoding.mark()).limit(end), encoding);
    }

    private static String lenient(ByteBuffer bytes, Encoding encoding) {
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        encoding.charset()
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .decode(bytes, chars, false);
        return chars.flip().toString();
    }

    /** Returns the position of the character after {@code before}. */
    private static String place(String before) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < before.length(); i++) {
            char c = before.charAt(i);
            if (c == '\n' || c == '\r' && !before.startsWith("\n", i + 1)) {
                line++;
                lineStart = i + 1;
            }
        }
        return "line " + line + ", character " + (before.length() - lineStart + 1);
    }

    private void report() {
        double done = (double) unread.position() / unread.limit();
        if (done - reported >= PROGRESS_STEP || done == 1 && reported < 1) {
            reported = done;
            progress.accept(done);
        }
    }

    @Override
    public void close() {}
}
