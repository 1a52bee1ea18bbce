package io.redistributed.queue;

/**
 * Which reports to list.
 *
 * @param state null for any
 * @param type null for any
 * @param limit how many at most, 1 to {@value #MAX_LIMIT}
 * @param cursor of the page before, empty for the first
 */
public record ReportFilter(ReportState state, String type, int limit, String cursor) {

    public static final int MAX_LIMIT = 200;

    public ReportFilter {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit: " + limit + " is not from 1 to " + MAX_LIMIT);
        }
        ListCursor.parse(cursor);
    }
}
