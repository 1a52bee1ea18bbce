package io.redistributed.queue;

import java.util.Comparator;
import java.util.List;

/** Merges the pages of all partitions. */
final class PartitionPages {

    private static final Comparator<Report> IN_ORDER = Comparator.comparing(
                    Report::createdMicros, Comparator.reverseOrder())
            .thenComparing(report -> Partition.numberOf(report.id()));

    private PartitionPages() {}

    /**
     * @param pages one page of each partition from the same position; a page's cursor, in µs since the epoch, is where
     *     the partition's search stopped, empty at the end
     */
    static ReportPage merge(List<ReportPage> pages, int limit) {
        long searchedTo = pages.stream()
                .map(ReportPage::cursor)
                .filter(cursor -> !cursor.isEmpty())
                .mapToLong(Long::parseLong)
                .max()
                .orElse(-1);
        // Older reports may follow unread ones of other partitions.
        List<Report> reports = pages.stream()
                .flatMap(page -> page.reports().stream())
                .filter(report -> report.createdMicros() >= searchedTo)
                .sorted(IN_ORDER)
                .toList();
        if (reports.size() > limit) {
            Report last = reports.get(limit - 1);
            ListCursor next = new ListCursor(last.createdMicros(), Partition.numberOf(last.id()));
            return new ReportPage(reports.subList(0, limit), next.toString());
        }
        return new ReportPage(reports, searchedTo < 0 ? "" : new ListCursor(searchedTo, pages.size() - 1).toString());
    }
}
