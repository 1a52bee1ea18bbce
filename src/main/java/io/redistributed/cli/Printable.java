package io.redistributed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.util.HexFormat;

/** Makes untrusted text safe for a terminal: it cannot move the cursor, change colors or start a line. */
final class Printable {

    private static final int MAX_BYTES = 256;
    private static final String MORE = " ...";

    private Printable() {}

    /** Returns at most 256 characters; escapes all but visible characters and blanks, as in Java. */
    static String of(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().limit(MAX_BYTES).forEach(c -> append(c, out));
        return text.codePointCount(0, text.length()) > MAX_BYTES ? out + MORE : out.toString();
    }

    /** Returns the first 256 bytes: as text if they are UTF-8, else in hex. */
    static String of(ByteBuffer bytes) {
        ByteBuffer start = bytes.slice(0, Math.min(bytes.limit(), MAX_BYTES));
        CharBuffer text = CharBuffer.allocate(start.limit());
        // A character split by the cut is valid, unless the message ends there.
        boolean whole = start.limit() == bytes.limit();
        CoderResult result = UTF_8.newDecoder().decode(start.duplicate(), text, whole);
        String shown = result.isError() ? hex(start) : of(text.flip().toString());
        return whole ? shown : shown + MORE;
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return HexFormat.ofDelimiter(" ").formatHex(copy);
    }

    private static void append(int c, StringBuilder out) {
        switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> out.append(c < 0x10000 ? "\\u%04x".formatted(c) : "\\u{%x}".formatted(c));
            default -> out.appendCodePoint(c);
        }
    }
}
