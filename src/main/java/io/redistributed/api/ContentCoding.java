package io.redistributed.api;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** How a request body may be compressed. */
enum ContentCoding {
    IDENTITY,
    GZIP,
    DEFLATE;

    static final String ACCEPTED = "gzip, deflate, identity";

    private static final int STEP = 1 << 16;

    /** The coding of a {@code Content-Encoding}, which may be empty; none if it is not taken. */
    static Optional<ContentCoding> of(String text) {
        return Optional.ofNullable(
                switch (text.strip().toLowerCase(Locale.ROOT)) {
                    case "", "identity" -> IDENTITY;
                    case "gzip", "x-gzip" -> GZIP;
                    case "deflate" -> DEFLATE;
                    default -> null;
                });
    }

    /**
     * The bytes that were compressed. Takes its time: not for event loops.
     *
     * @param maxBytes a longer body is refused (413)
     * @param growing is told before each step how many bytes more will be held, and may refuse them
     * @throws ProblemException (400) if the bytes are not of this coding, or (413)
     */
    byte[] decode(Buffer body, int maxBytes, LongConsumer growing) {
        if (this == IDENTITY) {
            return body.getBytes();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] step = new byte[STEP];
        try (InputStream in = open(body.getBytes())) {
            for (int n = in.read(step); n >= 0; n = in.read(step)) {
                if (out.size() + n > maxBytes) {
                    throw new ProblemException(
                            413, "the request body has more than " + maxBytes + " bytes when it is decompressed");
                }
                growing.accept(n);
                out.write(step, 0, n);
            }
        } catch (IOException e) {
            throw new ProblemException(
                    400, "the body is not " + name().toLowerCase(Locale.ROOT) + ": " + e.getMessage());
        }
        return out.toByteArray();
    }

    private InputStream open(byte[] body) throws IOException {
        InputStream in = new ByteArrayInputStream(body);
        return this == GZIP
                ? new GZIPInputStream(in)
                : new InflaterInputStream(in, new Inflater(!hasZlibHeader(body))) {
                    @Override
                    public void close() throws IOException {
                        super.close();
                        // Memory outside of the heap, which a stream frees only if the inflater is its own.
                        inf.end();
                    }
                };
    }

    /** Some clients send what RFC 9110 says, others the bare stream. */
    private static boolean hasZlibHeader(byte[] body) {
        return body.length >= 2 && (body[0] & 0x0F) == 8 && ((body[0] & 0xFF) << 8 | body[1] & 0xFF) % 31 == 0;
    }
}
