package io.redistributed.generate.summary;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The first records of a file, split by one separator.
 *
 * @param rows at most {@value #MAX_ROWS}, without empty lines
 */
record Sample(char separator, List<Row> rows) {

    static final int MAX_ROWS = 200;

    /** @param fields fields, stripped by {@link Cells#strip} */
    record Row(long line, List<String> fields) {

        long filled() {
            return fields.stream().filter(field -> !field.isEmpty()).count();
        }
    }

    /** Reads the sample up to the first error, such as a row with too many fields. */
    static Sample of(String text, char separator, boolean spacedQuotes) {
        List<Row> rows = new ArrayList<>();
        try {
            read(text, separator, spacedQuotes, rows);
        } catch (CsvParseException unreadable) {
            // The table reports the error if it uses this separator.
        }
        return new Sample(separator, rows);
    }

    private static void read(String text, char separator, boolean spacedQuotes, List<Row> rows) {
        var builder = CsvReader.builder()
                .fieldSeparator(separator)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowExtraCharsAfterClosingQuote(!spacedQuotes)
                .trimWhitespacesAroundQuotes(spacedQuotes);
        for (var csv : builder.ofCsvRecord(text)) {
            rows.add(new Row(
                    csv.getStartingLineNumber(),
                    csv.getFields().stream().map(Cells::strip).toList()));
            if (rows.size() == MAX_ROWS) {
                break;
            }
        }
    }

    /** Returns whether spaces separate separators and quotes in every quoted field. */
    static boolean hasSpacedQuotes(String text, char separator) {
        if (!Pattern.compile(Pattern.quote(String.valueOf(separator)) + " +\"")
                .matcher(text)
                .find()) {
            return false;
        }
        try {
            read(text, separator, true, new ArrayList<>());
            return true;
        } catch (CsvParseException otherQuotes) {
            return false;
        }
    }

    /** Returns the most common number of fields; the greater one on a tie. */
    int width() {
        Map<Integer, Integer> widths = new HashMap<>();
        rows.forEach(row -> widths.merge(row.fields().size(), 1, Integer::sum));
        int most = Collections.max(widths.values());
        return widths.entrySet().stream()
                .filter(width -> width.getValue() == most)
                .mapToInt(Map.Entry::getKey)
                .max()
                .orElseThrow();
    }
}
