package io.redistributed.queue;

import java.util.List;

/**
 * Holds one page of reports, from the newest to the oldest.
 *
 * @param reports may be fewer than the limit, even none, although more follow
 * @param cursor cursor for the next page; empty at the end
 */
public record ReportPage(List<Report> reports, String cursor) {}
