package io.redistributed.context;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes percent-encoded UTF-8, the values of W3C baggage. */
final class PercentCode {

    private static final String UNESCAPED_MARKS = "-._~";
    private static final String FORBIDDEN = "\",;\\";
    private static final String DIGITS = "0123456789ABCDEF";

    private PercentCode() {}

    /** Returns the encoded value; null if {@code value} has no UTF-8 form. */
    static @Nullable String encode(String value) {
        ByteBuffer bytes;
        try {
            bytes = UTF_8.newEncoder().encode(CharBuffer.wrap(value));
        } catch (CharacterCodingException unpairedSurrogate) {
            return null;
        }
        StringBuilder text = new StringBuilder(bytes.remaining());
        while (bytes.hasRemaining()) {
            int c = bytes.get() & 0xFF;
            if (isLetterOrDigit(c) || UNESCAPED_MARKS.indexOf(c) >= 0) {
                text.append((char) c);
            } else {
                text.append('%').append(DIGITS.charAt(c >> 4)).append(DIGITS.charAt(c & 0xF));
            }
        }
        return text.toString();
    }

    /**
     * Returns the decoded value; null if {@code text} has an invalid escape, an unescaped character, or invalid UTF-8.
     */
    static @Nullable String decode(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            int c = text.charAt(i);
            if (c <= ' ' || c > '~' || FORBIDDEN.indexOf(c) >= 0) {
                return null;
            }
            if (c == '%') {
                if (i + 2 >= text.length()) {
                    return null;
                }
                int high = hex(text.charAt(++i));
                int low = hex(text.charAt(++i));
                if (high < 0 || low < 0) {
                    return null;
                }
                c = high << 4 | low;
            }
            bytes.put((byte) c);
        }
        try {
            return UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    static boolean isLetterOrDigit(int c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    /** Returns the value of an ASCII hexadecimal digit; negative if {@code c} is none. */
    private static int hex(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }
}
