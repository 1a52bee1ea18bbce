package io.redistributed.generate;

import io.redistributed.generate.Sample.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a CSV file is laid out, as its beginning shows.
 *
 * @param separator between fields; {@link SeparatorDetector#NONE} if there is one column
 * @param spacedQuotes whether spaces stand between a separator and a quote
 * @param firstLine where the table begins, from 1
 * @param header whether it begins with the names of the columns
 * @param width how many fields most rows have
 * @param skipped the lines before the table that are not empty
 * @param warnings what is not certain, for people
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

    private static final int SAMPLE_BYTES = 1 << 16;

    /** Excel's, which it takes for no part of the table. */
    private static final Pattern SEPARATOR_LINE =
            Pattern.compile("(?i)\\A\"?sep=([^\\w\"\\s]|\\t)\"?(\\r\\n|\\r|\\n|\\z)");

    /**
     * Looks at the first 64 KiB.
     *
     * @param separator as given by the client; null to find it out
     * @param header as given by the client; null to find it out
     */
    static Layout of(ByteBuffer csv, Character separator, Boolean header) {
        Encoding encoding = Encoding.of(csv);
        String text = CsvInput.beginning(csv, encoding, SAMPLE_BYTES);
        if (csv.limit() - encoding.mark() > SAMPLE_BYTES) {
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
            // Blank rather than cut off, for the numbers of the lines.
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
                    + name(found.rival()) + " fits nearly as well; the parameter 'separator' decides");
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
            warnings.add("line " + row.line() + " was taken for a row of values, not for names of columns;"
                    + " the parameter 'header' decides");
        }
        return new Layout(
                encoding, sample.separator(), spacedQuotes, row.line(), hasNames, sample.width(), skipped, warnings);
    }

    static String name(char separator) {
        return separator == '\t' ? "a tab" : separator == SeparatorDetector.NONE ? "none" : "'" + separator + "'";
    }
}
