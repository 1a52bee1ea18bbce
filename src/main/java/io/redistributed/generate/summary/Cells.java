package io.redistributed.generate.summary;

/** Handles the text of fields. */
final class Cells {

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final String ZERO_WIDTH = "\u200B\u200E\u200F\u2060" + BYTE_ORDER_MARK;

    private Cells() {}

    /**
     * Strips invisible characters at both ends: white space including no-break spaces, and zero-width characters, such as the byte order marks of concatenated files.
     */
    static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isInvisible(text.charAt(start))) {
            start++;
        }
        while (end > start && isInvisible(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isInvisible(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || ZERO_WIDTH.indexOf(c) >= 0;
    }
}
