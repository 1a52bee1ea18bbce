package io.redistributed.generate.summary;

import io.redistributed.generate.summary.CsvSummary.ColumnSummary;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides the type of each column and summarizes it. */
final class ColumnSummarizer {

    private static final int MAX_NAMED = 3;

    private final Table table;
    private final Conventions conventions;
    private final int top;
    private final int bins;
    private final Set<DecimalMark> marks = EnumSet.noneOf(DecimalMark.class);
    private final List<String> totals = new ArrayList<>();

    ColumnSummarizer(Table table, Conventions conventions, int top, int bins) {
        this.table = table;
        this.conventions = conventions;
        this.top = top;
        this.bins = bins;
    }

    /** @param profile profile of {@code column} */
    ColumnSummary summarize(Column column, Profile profile) {
        NumberProfile numbers = numbers(column, profile);
        DateProfile dates = profile.dates(conventions.order());
        Extremes<Boolean> truths = profile.truths();
        if (numbers != null) {
            column.settle(false, profile);
            if (numbers.doubt() != null) {
                warn(column, numbers.doubt());
            }
            if (numbers.isTotal(column.last())) {
                totals.add("'" + Warnings.shortened(column.name()) + "'");
            }
            return ofNumbers(column, profile, numbers);
        } else if (dates != null) {
            column.settle(false, profile);
            if (dates.zoneless() > 0) {
                warn(
                        column,
                        "has no time zone in " + dates.zoneless() + " of " + column.count()
                                + " values; UTC was assumed");
            }
            return ofOthers(
                    column,
                    dates.hasTimes() ? ColumnType.DATETIME : ColumnType.DATE,
                    dates.order().label(),
                    dates.extremes());
        } else if (truths != null) {
            column.settle(false, profile);
            return ofOthers(column, ColumnType.BOOLEAN, null, truths);
        }
        String doubt = profile.doubt();
        if (doubt != null) {
            warn(column, "was taken for text: " + doubt);
        }
        column.settle(true, profile);
        if (!column.marks().isEmpty()) {
            warn(column, "is text, and these of its values were counted as missing: " + listed(column.marks()));
        }
        return ofOthers(column, ColumnType.TEXT, null, profile.texts());
    }

    /** Returns the decimal mark of the numbers; null if there is none or both occur. */
    DecimalMark mark() {
        return marks.size() == 1 ? marks.iterator().next() : null;
    }

    /** Adds a warning if the last row looks like totals. Called after the last column. */
    void warnOfTotals() {
        if (!totals.isEmpty()) {
            table.warnings()
                    .add(
                            "the last row looks like totals, and was counted like the others: its value is the sum of those above in "
                                    + totals.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
                                    + (totals.size() > MAX_NAMED ? " and other columns" : ""));
        }
    }

    private NumberProfile numbers(Column column, Profile profile) {
        DecimalMark proven = profile.provenMark();
        DecimalMark mark = proven == null ? conventions.mark() : proven;
        NumberProfile numbers = profile.numbers(mark);
        String ambiguous = profile.ambiguousNumber();
        if (ambiguous != null && !conventions.markProven()) {
            warn(
                    column,
                    "was read with a " + mark.label() + ", by which '" + ambiguous + "' is "
                            + NumberProfile.figure(Numeral.read(ambiguous, mark).value())
                            + "; set the parameter 'decimal' to choose");
        }
        if (proven != null || ambiguous != null) {
            marks.add(mark);
        }
        return numbers;
    }

    private ColumnSummary ofNumbers(Column column, Profile profile, NumberProfile numbers) {
        Distribution distribution = column.frequencies() == null
                ? numbers.sketched()
                : new ExactDistribution(column.frequencies(), numbers.mark());
        BigDecimal range = numbers.max().subtract(numbers.min());
        BigDecimal most = BigDecimal.valueOf(bins);
        int fitting = numbers.isWhole() ? range.add(BigDecimal.ONE).min(most).intValue() : bins;
        boolean marked = profile.provenMark() != null || profile.ambiguousNumber() != null;
        return new ColumnSummary(
                column.name(),
                numbers.isWhole() ? ColumnType.INTEGER : ColumnType.NUMBER,
                column.count(),
                table.rows() - column.count(),
                column.marks(),
                numbers.unit(),
                marked ? numbers.mark().label() : null,
                column.distinct(),
                numbers.extreme(numbers.min()),
                numbers.extreme(numbers.max()),
                NumberProfile.figure(numbers.mean()),
                numbers.standardDeviation(),
                distribution.quantiles(),
                column.top(top),
                distribution.histogram(fitting),
                column.approximation(true));
    }

    private ColumnSummary ofOthers(Column column, ColumnType type, String format, Extremes<?> extremes) {
        return new ColumnSummary(
                column.name(),
                type,
                column.count(),
                table.rows() - column.count(),
                column.marks(),
                null,
                format,
                column.distinct(),
                extremes.least(),
                extremes.greatest(),
                null,
                null,
                null,
                column.top(top),
                null,
                column.approximation(false));
    }

    private void warn(Column column, String what) {
        table.warnings().add("column '" + Warnings.shortened(column.name()) + "' " + what);
    }

    private static String listed(Map<String, Column.Frequency> marks) {
        return marks.entrySet().stream()
                .map(mark -> "'" + mark.getKey() + "' (" + mark.getValue().count() + ")")
                .collect(Collectors.joining(", "));
    }
}
