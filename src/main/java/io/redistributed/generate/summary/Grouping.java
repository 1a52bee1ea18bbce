package io.redistributed.generate.summary;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * The content of a {@code groups} report; its components define the JSON.
 *
 * @param value the column of numbers; null if rows are only counted
 * @param interval null unless the groups are periods
 * @param rows number of rows without the header
 * @param distinct number of groups
 * @param groups by time if they are periods, without gaps; else the largest first, by sum or else by count
 * @param others number of rows in groups that are not listed
 * @param undated rows without a date in the grouping column, which are in no period
 * @param notNumbers rows whose value is neither missing nor a number in the unit of the first one
 * @param warnings oddities of the file and assumptions, for users
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Grouping(
        String groupBy,
        String value,
        String interval,
        long rows,
        int distinct,
        List<Group> groups,
        long others,
        long undated,
        long notNumbers,
        List<String> warnings) {

    /** Bounds the memory; a column with more values identifies rows. */
    static final int MAX_GROUPS = 100_000;

    /** Bounds the report; a longer series needs a longer interval. */
    static final int MAX_PERIODS = 10_000;

    /** What a report asks for; {@code value} and {@code interval} may be null, and {@code mark} to detect it. */
    record Query(String groupBy, String value, Interval interval, DecimalMark mark, int top) {}
}
