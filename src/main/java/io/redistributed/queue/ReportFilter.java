package io.redistributed.queue;

/**
 * Selects the reports to list.
 *
 * @param state null for any
 * @param type null for any
 * @param limit maximum number of reports, 1 to {@value #MAX_LIMIT}
 * @param cursor cursor of the previous page, empty for the first page
 * @param owner null for any
 */
public record ReportFilter(ReportState state, String type, int limit, String cursor, Owner owner) {

    public static final int MAX_LIMIT = 200;

    public ReportFilter {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit: " + limit + " is not from 1 to " + MAX_LIMIT);
        }
        ListCursor.parse(cursor);
    }

    /** Creates a filter for reports of any owner. */
    public ReportFilter(ReportState state, String type, int limit, String cursor) {
        this(state, type, limit, cursor, null);
    }
}
