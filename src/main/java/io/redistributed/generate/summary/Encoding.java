package io.redistributed.generate.summary;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The character encoding of a file: UTF-8, or UTF-16 if the file has its byte order mark or every second byte at the beginning is 0.
 *
 * @param mark length of the byte order mark, in bytes
 */
record Encoding(Charset charset, int mark) {

    private static final int BYTES_LOOKED_AT = 64;

    static Encoding of(ByteBuffer bytes) {
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
            return new Encoding(StandardCharsets.UTF_8, 3);
        } else if (startsWith(bytes, 0xFF, 0xFE)) {
            return new Encoding(StandardCharsets.UTF_16LE, 2);
        } else if (startsWith(bytes, 0xFE, 0xFF)) {
            return new Encoding(StandardCharsets.UTF_16BE, 2);
        } else if (isZeroFrom(bytes, 1) && !isZeroFrom(bytes, 0)) {
            return new Encoding(StandardCharsets.UTF_16LE, 0);
        } else if (isZeroFrom(bytes, 0) && !isZeroFrom(bytes, 1)) {
            return new Encoding(StandardCharsets.UTF_16BE, 0);
        }
        return new Encoding(StandardCharsets.UTF_8, 0);
    }

    private static boolean startsWith(ByteBuffer bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i == bytes.limit() || bytes.get(i) != (byte) mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZeroFrom(ByteBuffer bytes, int first) {
        int end = Math.min(BYTES_LOOKED_AT, bytes.limit());
        for (int i = first; i < end; i += 2) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return end >= 4;
    }
}
