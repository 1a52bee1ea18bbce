package io.redistributed.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.DoubleConsumer;

/**
 * What a {@code summary} report says; its components are the shape of the JSON.
 *
 * @param rows records, the header not counted
 * @param columns in the order of the file
 * @param warnings what was odd about the file, for people
 */
record Summary(long rows, List<ColumnSummary> columns, List<String> warnings) {

    /** @param progress takes the share of the columns summed up so far */
    static Summary of(Table table, int top, int bins, DoubleConsumer progress) {
        List<ColumnSummary> columns = new ArrayList<>();
        for (Column column : table.columns()) {
            columns.add(ColumnSummary.of(column, table.rows(), top, bins));
            progress.accept((double) columns.size() / table.columns().size());
        }
        return new Summary(table.rows(), columns, table.warnings());
    }

    /**
     * One column. Everything from {@code mean} to {@code quantiles}, and {@code histogram}, is null unless it is numeric;
     * {@code min} and {@code max} are null if it has no values.
     *
     * @param count values present
     * @param missing values absent; with {@code count} makes up the rows
     * @param distinct values that differ as written
     * @param min the least value by what it means: a number if numeric, else the text as written
     * @param standardDeviation of the sample (n − 1); null for a single value
     * @param quantiles share (as {@code "0.5"}) → value, interpolated linearly
     * @param top the most frequent values as written, the most frequent first, equals by their text
     * @param histogram bins of equal width from {@code min} to {@code max}; integers get no more than one for each number
     */
    record ColumnSummary(
            String name,
            ColumnType type,
            long count,
            long missing,
            int distinct,
            Object min,
            Object max,
            Double mean,
            Double standardDeviation,
            Map<String, Double> quantiles,
            List<TopValue> top,
            List<Statistics.Bin> histogram) {

        private static ColumnSummary of(Column column, long rows, int top, int bins) {
            ColumnType type = ColumnType.of(column.frequencies().keySet());
            return type.isNumeric() ? ofNumbers(column, type, rows, top, bins) : ofTexts(column, type, rows, top);
        }

        private static ColumnSummary ofNumbers(Column column, ColumnType type, long rows, int top, int bins) {
            Statistics statistics = new Statistics(column);
            double min = statistics.min();
            double max = statistics.max();
            boolean whole = type == ColumnType.INTEGER;
            return new ColumnSummary(
                    column.name(),
                    type,
                    column.count(),
                    rows - column.count(),
                    column.frequencies().size(),
                    whole ? (Object) (long) min : (Object) min,
                    whole ? (Object) (long) max : (Object) max,
                    statistics.mean(),
                    statistics.standardDeviation(),
                    statistics.quantiles(),
                    mostFrequent(column, top),
                    statistics.histogram(whole ? (int) Math.min(bins, max - min + 1) : bins));
        }

        private static ColumnSummary ofTexts(Column column, ColumnType type, long rows, int top) {
            Set<String> values = column.frequencies().keySet();
            ColumnType.Extremes extremes = type.extremes(values);
            return new ColumnSummary(
                    column.name(),
                    type,
                    column.count(),
                    rows - column.count(),
                    values.size(),
                    extremes.least(),
                    extremes.greatest(),
                    null,
                    null,
                    null,
                    mostFrequent(column, top),
                    null);
        }
    }

    /** A value, as written, and how often it occurs. */
    record TopValue(String value, long count) {}

    private static List<TopValue> mostFrequent(Column column, int limit) {
        Comparator<TopValue> rank =
                Comparator.comparingLong(TopValue::count).reversed().thenComparing(TopValue::value);
        PriorityQueue<TopValue> best = new PriorityQueue<>(limit + 1, rank.reversed());
        column.frequencies().forEach((value, frequency) -> {
            best.add(new TopValue(value, frequency.count()));
            if (best.size() > limit) {
                best.remove();
            }
        });
        return best.stream().sorted(rank).toList();
    }
}
