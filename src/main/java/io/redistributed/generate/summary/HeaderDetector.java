package io.redistributed.generate.summary;

import io.redistributed.generate.summary.Sample.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Detects where a table begins, after titles and comments, and whether it begins with column names. */
final class HeaderDetector {

    private static final int MAX_TITLES = 50;
    private static final BigDecimal FIRST_YEAR = BigDecimal.valueOf(1900);
    private static final BigDecimal LAST_YEAR = BigDecimal.valueOf(2100);

    private final List<Row> rows;
    private final int width;

    HeaderDetector(Sample sample) {
        rows = sample.rows();
        width = sample.width();
    }

    /**
     * Returns the index of the first row of the table.
     *
     * @param named whether column names may distinguish it from titles
     */
    int first(boolean named) {
        int comments = 0;
        while (comments < rows.size() - 1 && isComment(rows.get(comments))) {
            comments++;
        }
        for (int i = comments; named && i < Math.min(rows.size(), MAX_TITLES); i++) {
            if (i > comments && isHeader(i)) {
                return i;
            }
            if (!isTitle(rows.get(i))) {
                break;
            }
        }
        return comments;
    }

    /** Returns whether a row starts with {@code #} and has fewer fields than the rest. */
    private boolean isComment(Row row) {
        return row.fields().size() < width && row.fields().get(0).startsWith("#");
    }

    /** Returns whether a row may precede the table: too narrow, only its first field filled, or a comment. */
    private boolean isTitle(Row row) {
        String first = row.fields().get(0);
        return row.fields().size() < width
                || width >= 3 && row.filled() == 1 && !first.isEmpty()
                || width == 1 && first.length() > 1 && first.startsWith("#");
    }

    /** Returns whether row {@code i} has names and the rows after it do not. */
    private boolean isHeader(int i) {
        Row row = rows.get(i);
        boolean complete =
                row.fields().size() >= width && row.filled() == row.fields().size();
        return complete && (row.fields().stream().allMatch(HeaderDetector::isText) || !isData(i));
    }

    private static boolean isText(String field) {
        return CellKind.of(field) == CellKind.TEXT;
    }

    /** Returns whether row {@code i} is like the rows after it: with numbers, dates or booleans in the same columns. */
    boolean isData(int i) {
        List<String> fields = rows.get(i).fields();
        boolean hasValues = false;
        for (int column = 0; column < fields.size(); column++) {
            CellKind kind = CellKind.of(fields.get(column));
            CellKind usual = usual(column, i + 1);
            if (kind != CellKind.MISSING && usual != null && kind != usual) {
                return false;
            }
            hasValues |= kind != CellKind.TEXT && kind != CellKind.MISSING;
        }
        return hasValues && !isSequence(i);
    }

    /** Returns the most common kind of a column's values from row {@code from} on; null if there are none. */
    private CellKind usual(int column, int from) {
        Map<CellKind, Integer> kinds = new EnumMap<>(CellKind.class);
        for (Row row : rows.subList(from, rows.size())) {
            if (column < row.fields().size()) {
                kinds.merge(CellKind.of(row.fields().get(column)), 1, Integer::sum);
            }
        }
        kinds.remove(CellKind.MISSING);
        return kinds.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** Returns whether numbers are names: years above columns without years, or 1, 2, 3 and so on from 0 or 1. */
    private boolean isSequence(int i) {
        List<BigDecimal> numbers = new ArrayList<>();
        boolean yearsBelow = false;
        List<String> fields = rows.get(i).fields();
        for (int column = 0; column < fields.size(); column++) {
            Numeral numeral = Numeral.read(fields.get(column), DecimalMark.POINT);
            if (numeral != null) {
                if (!numeral.whole() || numeral.unit() != null) {
                    return false;
                }
                numbers.add(numeral.value());
                yearsBelow |= hasYearBelow(column, i);
            }
        }
        boolean rising =
                IntStream.range(1, numbers.size()).allMatch(n -> numbers.get(n).compareTo(numbers.get(n - 1)) > 0);
        boolean steps = IntStream.range(1, numbers.size())
                .allMatch(n -> numbers.get(n).subtract(numbers.get(n - 1)).compareTo(BigDecimal.ONE) == 0);
        boolean years =
                numbers.size() > 1 && rising && !yearsBelow && numbers.stream().allMatch(HeaderDetector::isYear);
        boolean counted = numbers.size() > 2
                && steps
                && numbers.get(0).compareTo(BigDecimal.ONE) <= 0
                && numbers.get(0).signum() >= 0;
        return years || counted;
    }

    private boolean hasYearBelow(int column, int i) {
        if (i + 1 == rows.size() || column >= rows.get(i + 1).fields().size()) {
            return true;
        }
        Numeral below = Numeral.read(rows.get(i + 1).fields().get(column), DecimalMark.POINT);
        return below != null && isYear(below.value());
    }

    private static boolean isYear(BigDecimal number) {
        return number.compareTo(FIRST_YEAR) >= 0 && number.compareTo(LAST_YEAR) <= 0;
    }
}
