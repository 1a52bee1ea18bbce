package io.redistributed.generate.summary;

import io.redistributed.generate.summary.Sample.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The layout of a CSV file, detected from its beginning.
 *
 * @param separator field separator; {@link SeparatorDetector#NONE} if there is one column
 * @param spacedQuotes whether spaces separate separators and quotes
 * @param firstLine first line of the table, from 1
 * @param header whether the table begins with column names
 * @param width number of fields of most rows
 * @param skipped non-empty lines before the table
 * @param warnings uncertainties, for users
 */
record Layout(
        Encoding encoding,
        char separator,
        boolean spacedQuotes,
        long firstLine,
        boolean header,
        int width,
        List<Long> skipped,
        List<String> warnings) {

    static final int SAMPLE_BYTES = 1 << 16;

    /** Excel's separator line, which is not part of the table. A saved table fills it up with separators. */
    private static final Pattern SEPARATOR_LINE =
            Pattern.compile("(?i)\\A\"?sep=([^\\w\"\\s]|\\t)\"?\\1*(\\r\\n|\\r|\\n|\\z)");

    /**
     * Detects the layout from the first 64 KiB.
     *
     * @param separator separator from the client; null to detect it
     * @param header setting from the client; null to detect it
     */
    static Layout of(CsvBytes csv, Character separator, Boolean header) {
        ByteBuffer beginning = csv.beginning();
        Encoding encoding = Encoding.of(beginning);
        String text = CsvInput.beginning(beginning, encoding, SAMPLE_BYTES);
        if (beginning.limit() - encoding.mark() > SAMPLE_BYTES) {
            int lastLine = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
            text = lastLine > 0 ? text.substring(0, lastLine) : text;
        }
        List<String> warnings = new ArrayList<>();
        List<Long> skipped = new ArrayList<>();
        Matcher excel = SEPARATOR_LINE.matcher(text);
        Character said = separator;
        if (excel.find()) {
            said = separator == null ? Character.valueOf(excel.group(1).charAt(0)) : separator;
            skipped.add(1L);
            // Blanks the line instead of removing it, to keep line numbers.
            text = text.substring(excel.start(2));
        }
        char used = said == null ? detect(text, warnings) : said;
        boolean spacedQuotes = Sample.hasSpacedQuotes(text, used);
        Sample sample = Sample.of(text, used, spacedQuotes);
        if (sample.rows().isEmpty()) {
            return new Layout(encoding, used, spacedQuotes, skipped.size() + 1L, true, 0, skipped, warnings);
        }
        return of(sample, encoding, spacedQuotes, header, skipped, warnings);
    }

    private static char detect(String text, List<String> warnings) {
        SeparatorDetector.Found found = SeparatorDetector.detect(text);
        if (found.rival() != null) {
            warnings.add("the separator is not certain: " + name(found.separator()) + " was assumed, "
                    + name(found.rival()) + " fits nearly as well; set the parameter 'separator' to choose");
        }
        return found.separator();
    }

    private static Layout of(
            Sample sample,
            Encoding encoding,
            boolean spacedQuotes,
            Boolean header,
            List<Long> skipped,
            List<String> warnings) {
        HeaderDetector detector = new HeaderDetector(sample);
        int first = detector.first(!Boolean.FALSE.equals(header));
        for (Row row : sample.rows().subList(0, first)) {
            skipped.add(row.line());
            warnings.add("line " + row.line() + " was skipped as a title or comment: '"
                    + Warnings.shortened(Cells.strip(String.join(" ", row.fields()))) + "'");
        }
        boolean hasNames = header == null ? !detector.isData(first) : header;
        Row row = sample.rows().get(first);
        if (header == null && !hasNames) {
            warnings.add("line " + row.line() + " was read as values, not as column names;"
                    + " set the parameter 'header' to choose");
        }
        return new Layout(
                encoding, sample.separator(), spacedQuotes, row.line(), hasNames, sample.width(), skipped, warnings);
    }

    static String name(char separator) {
        return separator == '\t' ? "a tab" : separator == SeparatorDetector.NONE ? "none" : "'" + separator + "'";
    }
}
