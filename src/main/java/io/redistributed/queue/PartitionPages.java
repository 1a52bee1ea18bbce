package io.redistributed.queue;

import java.util.Comparator;
import java.util.List;

/** Makes one page of those of all partitions. */
final class PartitionPages {

    private static final Comparator<Report> IN_ORDER = Comparator.comparing(
                    Report::createdMicros, Comparator.reverseOrder())
            .thenComparing(report -> Partition.numberOf(report.id()));

    private PartitionPages() {}

    /**
     * @param pages one of each partition, from the same place on; a partition that has more to come has been looked through as far as
     *     its page's cursor says, µs since the epoch
     */
    static ReportPage merge(List<ReportPage> pages, int limit) {
        long lookedThrough = pages.stream()
                .map(ReportPage::cursor)
                .filter(cursor -> !cursor.isEmpty())
                .mapToLong(Long::parseLong)
                .max()
                .orElse(-1);
        // What is older may have others before it, in partitions that were not looked through so far.
        List<Report> reports = pages.stream()
                .flatMap(page -> page.reports().stream())
                .filter(report -> report.createdMicros() >= lookedThrough)
                .sorted(IN_ORDER)
                .toList();
        if (reports.size() > limit) {
            Report last = reports.get(limit - 1);
            ListCursor next = new ListCursor(last.createdMicros(), Partition.numberOf(last.id()));
            return new ReportPage(reports.subList(0, limit), next.toString());
        }
        return new ReportPage(
                reports, lookedThrough < 0 ? "" : new ListCursor(lookedThrough, pages.size() - 1).toString());
    }
}
