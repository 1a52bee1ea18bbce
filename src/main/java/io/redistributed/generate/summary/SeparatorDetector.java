package io.redistributed.generate.summary;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Detects the field separator. Scores each candidate by the regularity of the rows and the types of the fields, after van den Burg, Nazábal and Sutton, <i>Wrangling messy CSV files by detecting row and type
 * patterns</i> (2019).
 */
final class SeparatorDetector {

    /** No separator: the file has one column. */
    static final char NONE = '\u001f';

    private static final String CANDIDATES = ",;\t|";

    private static final double NEARLY_AS_GOOD = 0.8;

    private SeparatorDetector() {}

    /** @param rival another separator with a similar score; null if there is none */
    record Found(char separator, Character rival) {}

    static Found detect(String text) {
        char best = NONE;
        double bestScore = 0;
        char rival = NONE;
        double rivalScore = 0;
        char tooMany = NONE;
        for (char candidate : CANDIDATES.toCharArray()) {
            if (text.indexOf(candidate) < 0) {
                continue;
            }
            Sample sample = Sample.of(text, candidate, false);
            if (sample.rows().isEmpty() && !text.isBlank()) {
                // Too many fields to read; the table reports it.
                tooMany = candidate;
            }
            double score = score(sample);
            if (score > bestScore) {
                rival = best;
                rivalScore = bestScore;
                best = candidate;
                bestScore = score;
            } else if (score > rivalScore) {
                rival = candidate;
                rivalScore = score;
            }
        }
        if (best == NONE) {
            return new Found(tooMany, null);
        }
        if (best == ',' && isDecimals(text)) {
            return new Found(NONE, ',');
        }
        return new Found(best, rivalScore > 0 && rivalScore >= NEARLY_AS_GOOD * bestScore ? rival : null);
    }

    /** Returns whether this is one column: a name above numbers with decimal commas. */
    private static boolean isDecimals(String text) {
        List<Sample.Row> rows = Sample.of(text, NONE, false).rows();
        if (rows.isEmpty()) {
            // A line with more than 16,384 times U+001F, which stands for no separator, cannot be read.
            return false;
        }
        String name = rows.get(0).fields().get(0);
        return name.indexOf(',') < 0
                && !name.startsWith("#")
                && rows.stream().skip(1).map(row -> row.fields().get(0)).allMatch(SeparatorDetector::isDecimal);
    }

    private static boolean isDecimal(String field) {
        return CellKind.of(field) == CellKind.MISSING || Numeral.read(field, DecimalMark.COMMA) != null;
    }

    private static double score(Sample sample) {
        Map<Integer, Integer> widths = new HashMap<>();
        long fields = 0;
        long meaningful = 0;
        for (Sample.Row row : sample.rows()) {
            widths.merge(row.fields().size(), 1, Integer::sum);
            fields += row.fields().size();
            meaningful += row.fields().stream()
                    .filter(SeparatorDetector::isMeaningful)
                    .count();
        }
        double pattern = 0;
        for (Map.Entry<Integer, Integer> width : widths.entrySet()) {
            pattern += width.getValue() * (1 - 1.0 / width.getKey());
        }
        return fields == 0 ? 0 : pattern / widths.size() * meaningful / fields;
    }

    /** Returns whether the field is a number, a date, or text without separators. */
    private static boolean isMeaningful(String field) {
        return field.chars().noneMatch(c -> CANDIDATES.indexOf(c) >= 0) || CellKind.of(field) != CellKind.TEXT;
    }
}
