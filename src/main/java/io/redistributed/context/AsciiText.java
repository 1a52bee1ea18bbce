package io.redistributed.context;

/** Handles printable ASCII, the characters of W3C headers. */
final class AsciiText {

    private AsciiText() {}

    /** Removes spaces and tabs, the only whitespace of HTTP headers, at both ends. */
    static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** Returns whether {@code text} consists of printable characters, spaces and tabs. */
    static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~' || c == '\t');
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
