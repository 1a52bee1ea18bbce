package io.redistributed.api.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** The supported compressions of a request body. */
public enum ContentCoding {
    IDENTITY,
    GZIP,
    DEFLATE;

    public static final String ACCEPTED = "gzip, deflate, identity";

    private static final int STEP = 1 << 16;

    /** Returns the coding of a {@code Content-Encoding}, which may be empty; nothing if it is not supported. */
    public static Optional<ContentCoding> of(String text) {
        return Optional.ofNullable(
                switch (text.strip().toLowerCase(Locale.ROOT)) {
                    case "", "identity" -> IDENTITY;
                    case "gzip", "x-gzip" -> GZIP;
                    case "deflate" -> DEFLATE;
                    default -> null;
                });
    }

    /**
     * Returns the decompressed bytes. Blocks for long bodies: do not call on an event loop.
     *
     * @param maxBytes limit of the decompressed body
     * @param growing called before each step with the number of bytes to add; may throw to reject them
     * @throws ProblemException (400) if the bytes are not in this coding; (413) if the body is too long
     */
    public byte[] decode(Buffer body, int maxBytes, LongConsumer growing) {
        if (this == IDENTITY) {
            return body.getBytes();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] step = new byte[STEP];
        try (InputStream in = open(new ByteArrayInputStream(body.getBytes()))) {
            for (int n = in.read(step); n >= 0; n = in.read(step)) {
                if (out.size() + n > maxBytes) {
                    throw new ProblemException(
                            413, "the decompressed request body has more than " + maxBytes + " bytes");
                }
                growing.accept(n);
                out.write(step, 0, n);
            }
        } catch (IOException e) {
            throw problem(e);
        }
        return out.toByteArray();
    }

    /** Returns what it means that a stream of {@link #open} cannot be read. */
    public ProblemException problem(IOException cause) {
        String why = cause instanceof EOFException ? "it ends too early" : cause.getMessage();
        return new ProblemException(400, "the body is not " + name().toLowerCase(Locale.ROOT) + ": " + why);
    }

    /**
     * Returns a stream of the decompressed bytes. Reads the beginning, so it blocks if the body does.
     *
     * @throws IOException if the body is not in this coding, also while it is read
     */
    public InputStream open(InputStream body) throws IOException {
        if (this == IDENTITY) {
            return body;
        }
        if (this == GZIP) {
            return new GzipStream(body);
        }
        PushbackInputStream in = new PushbackInputStream(body, 2);
        return new InflaterInputStream(in, new Inflater(!hasZlibHeader(in))) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int read = super.read(target, offset, length);
                if (read < 0 && (inf.getRemaining() > 0 || in.read() >= 0)) {
                    throw new ZipException("it has bytes after its end");
                }
                return read;
            }

            @Override
            public void close() throws IOException {
                super.close();
                // The stream frees the native memory only of an inflater that it created.
                inf.end();
            }
        };
    }

    /** Some clients send a zlib stream (RFC 9110), others raw deflate. */
    private static boolean hasZlibHeader(PushbackInputStream in) throws IOException {
        byte[] head = in.readNBytes(2);
        in.unread(head);
        return head.length == 2 && (head[0] & 0x0F) == 8 && ((head[0] & 0xFF) << 8 | head[1] & 0xFF) % 31 == 0;
    }
}
