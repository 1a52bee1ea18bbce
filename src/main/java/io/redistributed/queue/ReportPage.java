package io.redistributed.queue;

import java.util.List;

/**
 * Some reports, from the newest to the oldest.
 *
 * @param reports may be fewer than asked for, even none, with more to come
 * @param cursor asks for the next page; empty at the end
 */
public record ReportPage(List<Report> reports, String cursor) {}
