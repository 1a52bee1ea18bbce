package io.redistributed.generate;

import java.util.List;
import java.util.stream.Collectors;

/**
 * How the file was read; its components are the shape of the JSON.
 *
 * @param encoding {@code UTF-8}, {@code UTF-16LE} or {@code UTF-16BE}
 * @param separator between fields; null if there is one column
 * @param quote around fields that hold separators
 * @param headerLine the line with the names of the columns, from 1; null if there is none
 * @param skippedLines lines before the table: Excel's {@code sep=}, titles and comments
 * @param decimalMark before fractions; null if no number has a mark, or columns differ
 */
record Dialect(
        String encoding,
        String separator,
        String quote,
        Long headerLine,
        List<Long> skippedLines,
        DecimalMark decimalMark) {

    static Dialect of(Layout layout, DecimalMark mark) {
        return new Dialect(
                layout.encoding().charset().name(),
                layout.separator() == SeparatorDetector.NONE ? null : String.valueOf(layout.separator()),
                "\"",
                layout.header() ? layout.firstLine() : null,
                layout.skipped(),
                mark);
    }

    /** In words, for people. */
    String text() {
        return encoding
                + ", " + (separator == null ? "one column" : "separated by " + Layout.name(separator.charAt(0)))
                + ", " + (headerLine == null ? "no names of columns" : "names of columns in line " + headerLine)
                + (skippedLines.isEmpty()
                        ? ""
                        : ", skipped lines: "
                                + skippedLines.stream().map(String::valueOf).collect(Collectors.joining(" ")))
                + (decimalMark == null ? "" : ", " + decimalMark.label());
    }
}
