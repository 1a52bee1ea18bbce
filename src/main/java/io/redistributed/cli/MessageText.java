package io.redistributed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the bytes of a message from text. */
final class MessageText {

    /** An element of redis-cli's quoted text: a byte in hex, an escaped character, or a plain one. */
    private static final Pattern QUOTED = Pattern.compile("\\G(?:\\\\x(\\p{XDigit}{2})|\\\\([nrtab\"\\\\])|([^\\\\]))");

    private static final String ESCAPES = "nrtab\"\\";
    private static final String ESCAPED = "\n\r\t\u0007\b\"\\";

    private MessageText() {}

    /**
     * Parses hex, else redis-cli's quoting if there is a quote or a backslash, else base64 of either alphabet.
     *
     * @throws IllegalArgumentException if the text has none of these formats
     */
    static byte[] parse(String text) {
        String dense = text.replaceAll("[\\s:]", "").replaceFirst("^0[xX]", "");
        if (dense.length() % 2 == 0 && dense.chars().allMatch(HexFormat::isHexDigit)) {
            return HexFormat.of().parseHex(dense);
        }
        if (text.contains("\"") || text.contains("\\")) {
            return unquoted(text.strip());
        }
        try {
            return Base64.getDecoder().decode(dense.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + Printable.of(text) + "' is neither hex (whole bytes) nor base64");
        }
    }

    private static byte[] unquoted(String text) {
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        String inner = quoted ? text.substring(1, text.length() - 1) : text;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(inner.length());
        Matcher piece = QUOTED.matcher(inner);
        int end = 0;
        while (piece.find()) {
            end = piece.end();
            if (piece.group(1) != null) {
                bytes.write(HexFormat.fromHexDigits(piece.group(1)));
            } else if (piece.group(2) != null) {
                bytes.write(ESCAPED.charAt(ESCAPES.indexOf(piece.group(2))));
            } else {
                bytes.writeBytes(piece.group(3).getBytes(UTF_8));
            }
        }
        if (end < inner.length()) {
            throw new IllegalArgumentException(
                    "'" + Printable.of(inner.substring(end))
                            + "' does not begin with an escape of redis-cli (use \\xHH, \\n, \\r, \\t, \\a, \\b, \\\" or \\\\)");
        }
        return bytes.toByteArray();
    }
}
