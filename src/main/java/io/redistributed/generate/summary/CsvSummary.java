package io.redistributed.generate.summary;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * The content of a {@code summary} report; its components define the JSON.
 *
 * @param rows number of records without the header
 * @param dialect how the file was read
 * @param columns columns in the order of the file
 * @param warnings oddities of the file and assumptions, for users
 */
record CsvSummary(long rows, Dialect dialect, List<ColumnSummary> columns, List<String> warnings) {

    // Parsing the values takes about as long as sorting them.
    private static final double PROFILING = 0.5;

    /**
     * Summarizes a table.
     *
     * @param top number of most frequent values to list
     * @param bins number of histogram bins
     * @param mark decimal mark; null to detect it
     * @param progress receives the share of the work done
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
            // Handles one column at a time, because each takes memory in proportion to the column.
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
     * The summary of one column. Everything from {@code mean} to {@code quantiles}, and {@code histogram}, is null unless it is numeric;
     * {@code min} and {@code max} are null if it has no values.
     *
     * @param count number of present values
     * @param missing number of missing values; {@code count} + {@code missing} = rows
     * @param missingMarks texts counted as missing, with their counts; excludes empty fields
     * @param unit currency or {@code %} of each number; null if there is none
     * @param format format of numbers or dates, such as {@code decimal comma} or {@code day-month-year}; null if undetermined
     * @param distinct number of values with different text
     * @param min least value in the order of the type: a number if numeric, else the original text
     * @param mean a number with all integer digits, like quantiles and bin edges
     * @param standardDeviation sample standard deviation (n − 1); null for a single value
     * @param quantiles share (as {@code "0.5"}) → value, interpolated linearly at (n − 1)·share
     * @param top most frequent values in their original text, most frequent first, ties sorted by text
     * @param histogram bins of equal width from {@code min} to {@code max}; integers get at most one bin per number
     * @param approximation error bounds of the figures; null if all are exact
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
     * The error bounds of a column with too many distinct values to keep. Count, missing values, extremes, mean and standard deviation stay exact; quantiles are not interpolated, and long texts are shortened.
     *
     * @param distinct relative error of the number of distinct values, with 95% confidence
     * @param rank rank error of quantiles and bins as a share of all values, with 99% confidence; null if not numeric
     * @param top maximum overestimate of top counts, which are never too low; a value more frequent than this is absent only if the list is full
     */
    record Approximation(double distinct, Double rank, long top) {

        /** Returns a description for users. */
        String text() {
            return String.format(Locale.ROOT, "distinct values ±%.1f %%", 100 * distinct)
                    + (rank == null
                            ? ""
                            : String.format(
                                    Locale.ROOT, ", quantiles and histogram ±%.1f %% of all values", 100 * rank))
                    + ", counts of top values at most " + top + " too high";
        }
    }

    /** A value in its original text, and its count. */
    record TopValue(String value, long count) {

        /** Sorts the most frequent first, ties by text. */
        static final Comparator<TopValue> RANK =
                Comparator.comparingLong(TopValue::count).reversed().thenComparing(TopValue::value);
    }
}
