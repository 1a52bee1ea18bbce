package io.redistributed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.util.HexFormat;

/** Text of others, made safe for a terminal: nothing in it moves the cursor, changes colours or begins a line. */
final class Printable {

    private static final int MAX_BYTES = 256;
    private static final String MORE = " ...";

    private Printable() {}

    /** At most 256 characters; whatever is not a visible character or a blank is escaped, as in Java. */
    static String of(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().limit(MAX_BYTES).forEach(c -> append(c, out));
        return text.codePointCount(0, text.length()) > MAX_BYTES ? out + MORE : out.toString();
    }

    /** The first 256 bytes: as text if they are UTF-8, else in hex. */
    static String of(ByteBuffer bytes) {
        ByteBuffer start = bytes.slice(0, Math.min(bytes.limit(), MAX_BYTES));
        CharBuffer text = CharBuffer.allocate(start.limit());
        // A character that the cut has split is no error, unless the message ends with it.
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
