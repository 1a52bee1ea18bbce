package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Follows cursors through partitions that page as {@link ReportList} does. */
class PartitionPagesTest {

    /** @param lookedAt most reports that a partition looks at for one page; {@code wanted} of them, by their time, match */
    @Property
    void cursorsVisitEachReportOnceInOrder(
            @ForAll @Size(min = 1, max = 4) List<@Size(max = 12) Set<@IntRange(max = 30) Integer>> created,
            @ForAll @IntRange(min = 1, max = 5) int limit,
            @ForAll @IntRange(min = 1, max = 5) int lookedAt,
            @ForAll @IntRange(min = 1, max = 4) int wanted) {
        List<String> met = new ArrayList<>();
        Set<String> cursors = new HashSet<>();
        String cursor = "";
        do {
            ListCursor from = ListCursor.parse(cursor);
            List<ReportPage> pages = IntStream.range(0, created.size())
                    .mapToObj(partition ->
                            page(new Partition(partition), created.get(partition), from, limit, lookedAt, wanted))
                    .toList();
            ReportPage page = PartitionPages.merge(pages, limit);
            assertThat(page.reports()).hasSizeLessThanOrEqualTo(limit);
            page.reports().forEach(report -> met.add(report.id()));
            cursor = page.cursor();
            assertThat(cursors.add(cursor)).as("goes on from " + cursor).isTrue();
        } while (!cursor.isEmpty());

        assertThat(met).isEqualTo(all(created, wanted));
    }

    @Test
    void ordersSameMicrosecondByPartition() {
        ListCursor cursor = ListCursor.parse("1795337653304127-1");

        assertThat(cursor.in(new Partition(0))).isEqualTo("1795337653304127");
        assertThat(cursor.in(new Partition(1))).isEqualTo("1795337653304127");
        assertThat(cursor.in(new Partition(2))).isEqualTo("1795337653304128");
        assertThat(ListCursor.START.in(new Partition(0))).isEmpty();
    }

    private static List<String> all(List<Set<Integer>> created, int wanted) {
        return IntStream.range(0, created.size())
                .boxed()
                .flatMap(partition -> created.get(partition).stream()
                        .filter(time -> time % wanted == 0)
                        .map(time -> report(new Partition(partition), time)))
                .sorted(Comparator.comparing(Report::createdMicros, Comparator.reverseOrder())
                        .thenComparing(Report::id))
                .map(Report::id)
                .toList();
    }

    private static ReportPage page(
            Partition partition, Set<Integer> created, ListCursor from, int limit, int lookedAt, int wanted) {
        String before = from.in(partition);
        List<Integer> older = created.stream()
                .filter(time -> before.isEmpty() || time < Long.parseLong(before))
                .sorted(Comparator.reverseOrder())
                .toList();
        List<Report> reports = new ArrayList<>();
        for (int time : older.subList(0, Math.min(lookedAt, older.size()))) {
            if (time % wanted == 0) {
                reports.add(report(partition, time));
                if (reports.size() == limit) {
                    return new ReportPage(reports, String.valueOf(time));
                }
            }
        }
        return new ReportPage(reports, older.size() > lookedAt ? String.valueOf(older.get(lookedAt - 1)) : "");
    }

    private static Report report(Partition partition, int created) {
        return new Report(
                partition.number() + "-" + created,
                "summary",
                ReportState.QUEUED,
                "",
                "",
                0,
                null,
                null,
                created,
                null,
                null,
                null,
                new TreeMap<>(),
                null,
                0);
    }
}
