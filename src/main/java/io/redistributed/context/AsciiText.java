package io.redistributed.context;

/** Printable ASCII, as the texts of W3C headers are made of. */
final class AsciiText {

    private AsciiText() {}

    /** Without spaces and tabs at both ends, the only whitespace of HTTP headers. */
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

    /** Whether {@code text} has no characters but printable ones, spaces and tabs. */
    static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~' || c == '\t');
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
