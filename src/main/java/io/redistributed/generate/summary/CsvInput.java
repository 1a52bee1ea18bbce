package io.redistributed.generate.summary;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.function.DoubleConsumer;

/**
 * Decodes the characters of a CSV file strictly, a block at a time, skips a byte order mark and a final Ctrl-Z, the end mark of DOS, and rejects NUL. Invalid bytes
 * cause an {@link IOException} with line, character and reason.
 *
 * <p>An extra record with {@link #END} marks the end. FastCSV accepts a quote that is still open at the end of the file; a missing end record, swallowed by the quotes, reveals it.
 */
final class CsvInput extends Reader {

    /** Cannot occur in the input, because NULs are rejected. */
    static final char END = '\0';

    private static final String CTRL_Z = "\u001a";
    private static final int BLOCK_BYTES = 1 << 16;
    private static final double PROGRESS_STEP = 0.01;

    private final InputStream in;
    private final long size;
    private final Encoding encoding;
    private final CharBuffer end = CharBuffer.wrap("\n" + END);
    private final CharsetDecoder decoder;
    private final DoubleConsumer progress;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).limit(0);

    private long fetched;
    private boolean complete;
    private double reported;
    private long line = 1;
    private long character = 1;
    private boolean afterReturn;

    /** @param progress receives the share of the bytes read, in steps of at least 0.01 */
    CsvInput(CsvBytes csv, Encoding encoding, DoubleConsumer progress) {
        this.in = csv.all();
        this.size = csv.size();
        this.encoding = encoding;
        this.decoder = encoding.charset().newDecoder();
        this.progress = progress;
    }

    /** Returns the first characters, from up to {@code bytes} bytes; invalid bytes are replaced. */
    static String beginning(ByteBuffer input, Encoding encoding, int bytes) {
        int end = Math.min(input.limit(), encoding.mark() + bytes);
        ByteBuffer beginning = input.duplicate().position(encoding.mark()).limit(end);
        CharBuffer chars = CharBuffer.allocate(beginning.remaining());
        encoding.charset()
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .decode(beginning, chars, false);
        String text = chars.flip().toString();
        return text.endsWith(CTRL_Z) ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        CharBuffer chars = CharBuffer.wrap(target, offset, length);
        CoderResult result;
        do {
            fetch();
            result = decoder.decode(block, chars, complete);
            // Again if the block had only a part of a character.
        } while (result.isUnderflow() && chars.position() == offset && !complete);
        pass(target, offset, chars.position());
        if (result.isError()) {
            throw new IOException("%s: the byte 0x%02X is not valid %s; allowed are UTF-8 and UTF-16"
                    .formatted(place(), block.get(block.position()), encoding.charset()));
        }
        report();
        if (complete && !block.hasRemaining()) {
            while (end.hasRemaining() && chars.hasRemaining()) {
                chars.put(end.get());
            }
        }
        int read = chars.position() - offset;
        return read == 0 ? -1 : read;
    }

    /** Adds bytes to the block unless it still has whole characters. */
    private void fetch() throws IOException {
        if (complete || block.remaining() > 3) {
            return;
        }
        if (fetched == 0) {
            in.skipNBytes(encoding.mark());
            fetched = encoding.mark();
        }
        block.compact();
        int read = in.readNBytes(block.array(), block.position(), block.remaining());
        complete = block.position() + read < block.limit();
        fetched += read;
        block.position(block.position() + read).flip();
        if (fetched == size) {
            dropCtrlZ();
        }
    }

    private void dropCtrlZ() {
        ByteBuffer mark = encoding.charset().encode(CTRL_Z);
        int end = block.limit() - mark.remaining();
        if (end >= 0 && block.slice(end, mark.remaining()).equals(mark)) {
            block.limit(end);
        }
    }

    /** Counts lines and characters, for errors, and refuses NUL. */
    private void pass(char[] chars, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            char c = chars[i];
            if (c == END) {
                throw new IOException(place() + ": NUL characters are not allowed");
            }
            if (c == '\n' || c == '\r') {
                line += c == '\n' && afterReturn ? 0 : 1;
                character = 1;
            } else {
                character++;
            }
            afterReturn = c == '\r';
        }
    }

    /** Returns the position of the next character. */
    private String place() {
        return "line " + line + ", character " + character;
    }

    private void report() {
        double done = (double) (fetched - block.remaining()) / size;
        if (done - reported >= PROGRESS_STEP || done == 1 && reported < 1) {
            reported = done;
            progress.accept(done);
        }
    }

    @Override
    public void close() {}
}
