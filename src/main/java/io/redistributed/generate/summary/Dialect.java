package io.redistributed.generate.summary;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The detected format of the file; its components define the JSON.
 *
 * @param encoding {@code UTF-8}, {@code UTF-16LE} or {@code UTF-16BE}
 * @param separator field separator; null if there is one column
 * @param quote quote around fields that contain separators
 * @param headerLine line of the column names, from 1; null if there is none
 * @param skippedLines lines before the table: Excel's {@code sep=}, titles and comments
 * @param decimalMark decimal mark; null if no number has one, or columns differ
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

    /** Returns a description for users. */
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
