package io.redistributed.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * What a {@code summary} report says; its components are the shape of the JSON.
 *
 * @param rows records, the header not counted
 * @param dialect how the file was read
 * @param columns in the order of the file
 * @param warnings what was odd about the file or had to be assumed, for people
 */
record CsvSummary(long rows, Dialect dialect, List<ColumnSummary> columns, List<String> warnings) {

    // Reading the values as numbers and dates takes about as long as sorting them.
    private static final double PROFILING = 0.5;

    /**
     * Sums up a table.
     *
     * @param top how many of the most frequent values to list
     * @param bins how many bars a histogram has
     * @param mark the decimal mark; null to find it out
     * @param progress takes the share of the work done so far
     */
    static CsvSummary of(Table table, int top, int bins, DecimalMark mark, DoubleConsumer progress) {
        List<Column> columns = table.columns();
        List<Profile> profiles = new ArrayList<>();
        for (Column column : columns) {
            profiles.add(column.profile());
            progress.accept(PROFILING * profiles.size() / columns.size());
        }
        Conventions conventions = Conventions.of(profiles, table.layout().separator(), mark);
        ColumnSummarizer summarizer = new ColumnSummarizer(table, conventions, top, bins);
        List<ColumnSummary> summaries = new ArrayList<>();
        for (Column column : columns) {
            // One after the other, as each is the size of its column.
            summaries.add(summarizer.summarize(column, profiles.set(summaries.size(), null)));
            progress.accept(PROFILING + (1 - PROFILING) * summaries.size() / columns.size());
        }
        summarizer.warnOfTotals();
        return new CsvSummary(
                table.rows(),
                Dialect.of(table.layout(), summarizer.mark()),
                summaries,
                table.warnings().list());
    }

    /**
     * One column. Everything from {@code mean} to {@code quantiles}, and {@code histogram}, is null unless it is numeric;
     * {@code min} and {@code max} are null if it has no values.
     *
     * @param count values present
     * @param missing values absent; with {@code count} makes up the rows
     * @param missingMarks what was taken for a missing value, with how often it occurs; empty fields are not listed
     * @param unit the currency or {@code %} that stands beside each number; null if there is none
     * @param format how numbers or dates are written, as {@code decimal comma} or {@code day-month-year}; null if they say
     *     nothing of it
     * @param distinct values that differ as written
     * @param min the least value by what it means: a number if numeric, else the text as written
     * @param mean a number with all its digits before the point, as are quantiles and edges of bins
     * @param standardDeviation of the sample (n − 1); null for a single value
     * @param quantiles share (as {@code "0.5"}) → value, interpolated linearly at (n − 1)·share
     * @param top the most frequent values as written, the most frequent first, equals by their text
     * @param histogram bins of equal width from {@code min} to {@code max}; integers get no more than one for each number
     * @param approximation by how much figures may be wrong; null if all are exact
     */
    record ColumnSummary(
            String name,
            ColumnType type,
            long count,
            long missing,
            Map<String, Column.Frequency> missingMarks,
            String unit,
            String format,
            long distinct,
            Object min,
            Object max,
            Number mean,
            Double standardDeviation,
            Map<String, Number> quantiles,
            List<TopValue> top,
            List<Distribution.Bin> histogram,
            Approximation approximation) {}

    /**
     * Of a column with more distinct values than there is room for. Count, missing values, extremes, mean and standard
     * deviation are exact nevertheless; quantiles are not interpolated.
     *
     * @param distinct the number of distinct values may be wrong by this share of it, with a probability of 95%
     * @param rank quantiles and bins may be wrong by this share of all values, with a probability of 99%; null if not numeric
     * @param top counts of top values may be too high by this much, never too low; a value that occurs more often than this
     *     may be absent only for want of room in the list
     */
    record Approximation(double distinct, Double rank, long top) {

        /** In words, for people. */
        String text() {
            return String.format(Locale.ROOT, "distinct values ±%.1f %%", 100 * distinct)
                    + (rank == null
                            ? ""
                            : String.format(
                                    Locale.ROOT, ", quantiles and histogram ±%.1f %% of all values", 100 * rank))
                    + ", counts of top values at most " + top + " too high";
        }
    }

    /** A value, as written, and how often it occurs. */
    record TopValue(String value, long count) {

        /** The most frequent first, equals by their text. */
        static final Comparator<TopValue> RANK =
                Comparator.comparingLong(TopValue::count).reversed().thenComparing(TopValue::value);
    }
}
