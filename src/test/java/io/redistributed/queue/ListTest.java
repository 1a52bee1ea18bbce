package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListTest extends OnEveryRedis {

    @Test
    void listsNewestFirst() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        String done = queue.submit("input");
        worker.finish(worker.next(done), AttemptOutcome.retry("no luck"));
        List<String> more = List.of(queue.submit(), queue.submit());

        ReportPage page = list(null, null, 200, "");

        assertThat(page.reports()).extracting(Report::id).containsExactly(more.get(1), more.get(0), done);
        assertThat(page.reports()).isNotEmpty().allSatisfy(report -> assertThat(report)
                .isEqualTo(queue.find(report.id())));
        assertThat(page.cursor()).isEmpty();
    }

    @Test
    void emptyQueueHasEmptyList() {
        assertThat(list(null, null, 1, "")).isEqualTo(new ReportPage(List.of(), ""));
    }

    @Test
    void filtersByStateAndType() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        String failed = queue.submit();
        worker.finish(worker.next(failed), AttemptOutcome.failed("no"));
        String running = queue.submit();
        String queued = queue.submit();
        String cancelled = submit("simulated");
        queue.get(() -> queue.queue.cancel(cancelled));

        assertThat(ids(ReportState.FAILED, null)).containsExactly(failed);
        assertThat(ids(ReportState.RUNNING, null)).containsExactly(running);
        assertThat(ids(ReportState.QUEUED, null)).containsExactly(queued);
        assertThat(ids(ReportState.CANCELLED, null)).containsExactly(cancelled);
        assertThat(ids(ReportState.DONE, null)).isEmpty();
        assertThat(ids(null, "simulated")).containsExactly(cancelled);
        assertThat(ids(null, "summary")).containsExactly(queued, running, failed);
        assertThat(ids(ReportState.RUNNING, "simulated")).isEmpty();
        assertThat(ids(null, "nope")).isEmpty();
    }

    @Test
    void pagesHaveNoGapsAndRepeats() {
        List<String> ids = submitAtOnce(1_000);
        Collections.reverse(ids);

        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            ReportPage page = list(null, null, 7, cursor);
            page.reports().forEach(report -> seen.add(report.id()));
            cursor = page.cursor();
            queue.submit();
        } while (!cursor.isEmpty());

        assertThat(seen).isEqualTo(ids);
    }

    @Test
    void findsRareReportsOverPages() {
        String first = submit("rare");
        submitAtOnce(2_500);
        String last = submit("rare");

        ReportPage page = list(null, "rare", 10, "");
        assertThat(page.reports()).extracting(Report::id).containsExactly(last);
        assertThat(page.cursor()).isNotEmpty();
        ReportPage next = list(null, "rare", 10, page.cursor());
        assertThat(next.reports()).extracting(Report::id).containsExactly(first);
        assertThat(next.cursor()).isEmpty();
    }

    @Test
    void skipsExpiredReports() {
        List<String> ids = List.of(queue.submit(), queue.submit(), queue.submit());
        queue.get(() -> queue.queue.cancel(ids.get(1)));
        queue.lose(ids.get(1));

        ReportPage page = list(null, null, 2, "");

        assertThat(page.reports()).extracting(Report::id).containsExactly(ids.get(2), ids.get(0));
    }

    /** Pages continue at the time of creation. */
    @Test
    void reportListedAtAnotherTimeDoesNotLeadBack() {
        List<String> ids = submitAtOnce(3);
        Collections.reverse(ids);
        queue.cli("ZADD", "{rd:0}:recent", "1", String.join(" ", ids));
        queue.cli("ZADD", "{rd:0}:recent", "9007199254740991", ids.get(1) + " " + ids.get(2));

        assertThat(allPages(1)).isEqualTo(ids);
        assertThat(ids(null, "summary")).isEqualTo(ids);
    }

    /** GroupCommit repeats each alone. */
    @Test
    void reportsOfAFailedCallAreListedOnce() {
        queue.cli("SET", "{rd:0}:waiting:broken", "of the wrong type");
        List<Future<Submitted>> submitted = Stream.of("summary", "broken", "summary")
                .map(type -> new NewReport(type, new JsonObject(), Buffer.buffer()))
                .map(report -> queue.start(() -> queue.queue.submit(report)))
                .toList();
        List<String> ids = new ArrayList<>();
        for (Future<Submitted> one : List.of(submitted.get(2), submitted.get(0))) {
            ids.add(await(one).id());
        }
        assertThatThrownBy(() -> await(submitted.get(1))).hasMessageContaining("WRONGTYPE");

        assertThat(allPages(1)).isEqualTo(ids);
        queue.cli("FLUSHALL");
    }

    @Test
    void skipsIdOfAnotherPartition() {
        String id = queue.submit();
        queue.cli("RENAME", "{rd:0}:report:" + id, "{rd:0}:report:1-x");
        queue.cli("ZADD", "{rd:0}:recent", (String) queue.cli("ZSCORE", "{rd:0}:recent", id), "1-x");

        assertThat(allPages(1)).isEmpty();
        queue.cli("FLUSHALL");
    }

    @Test
    void entriesThatNameNoReportAreBounded() {
        String id = queue.submit();
        for (int i = 1; i < 300; i++) {
            queue.cli("ZADD", "{rd:0}:recent", String.valueOf(i * 1_000), "-" + " -".repeat(i));
            queue.cli("ZADD", "{rd:0}:recent", String.valueOf(i * 1_000 + 500), " ".repeat(i));
        }

        ReportPage page = list(null, null, 2, "");

        assertThat(page.reports()).extracting(Report::id).containsExactly(id);
        assertThat(page.cursor()).isNotEmpty();
        assertThat(allPages(2)).containsExactly(id);
    }

    /** The reaper leaves ids of removed reports in the entry of their call. */
    @Test
    void doesNotLookForOneReportAtATime() {
        String first = queue.submit();
        for (int i = 0; i < 10; i++) {
            queue.submit();
        }
        removeAllBut(first);
        queue.cli("CONFIG", "RESETSTAT");

        assertThat(list(null, null, 1, "").reports()).extracting(Report::id).containsExactly(first);

        assertThat(calls("mget")).isLessThan(8);
        queue.cli("FLUSHALL");
    }

    @ParameterizedTest
    @CsvSource({"1e15", "1000.7", "-5", "inf", "-inf", "9007199254740993", "0", "0.5"})
    void anyScoreIsListedOrSkipped(String score) {
        String id = queue.submit();
        queue.cli("ZADD", "{rd:0}:recent", score, "0-gone -  0-gone");
        queue.cli("ZADD", "{rd:0}:recent", score, "");

        assertThat(allPages(1)).containsExactly(id);
        assertThat(ids(ReportState.QUEUED, "summary")).containsExactly(id);
        assertThat(queue.get(queue.queue::figures).perSecond()).isNotNegative();
        String next = queue.submit();
        assertThat(allPages(200)).containsExactly(next, id);
        queue.reap();
        // No state of the queue.
        queue.cli("FLUSHALL");
    }

    @Test
    void figuresCountEachReportOfACall() {
        createdNow(3);
        assertThat(queue.get(queue.queue::figures).perSecond()).isEqualTo(0.6);
    }

    @Test
    void figuresOfManyCallsAreOfTheLatest() {
        createdNow(100);
        // 64 calls within less than 10 s.
        assertThat(queue.get(queue.queue::figures).perSecond()).isGreaterThan(12.8);
    }

    @Test
    void doesNotReadParameters() {
        JsonObject parameters = new JsonObject().put("text", "x".repeat(1_000_000));
        for (int i = 0; i < 20; i++) {
            queue.get(() -> queue.queue.submit(new NewReport("summary", parameters, Buffer.buffer())));
        }
        queue.cli("CONFIG", "RESETSTAT");

        assertThat(list(null, null, 200, "").reports()).hasSize(20);

        String stats = (String) queue.cli("INFO", "stats");
        long sent = stats.lines()
                .filter(line -> line.startsWith("total_net_output_bytes:"))
                .mapToLong(line -> Long.parseLong(line.split(":")[1].strip()))
                .sum();
        assertThat(sent).isLessThan(100_000);
    }

    @Test
    void skipsUnreadableRecord() {
        List<String> ids = submitAtOnce(6);
        queue.cli("DEL", "{rd:0}:report:" + ids.get(1));
        queue.cli("SET", "{rd:0}:report:" + ids.get(1), "of the wrong type");
        queue.cli(Records.set(ids.get(2), "state", "nonsense"));
        queue.cli(Records.set(ids.get(3), "attempt", "many"));
        queue.cli(Records.remove(ids.get(4), "created"));

        assertThat(ids(null, null)).containsExactly(ids.get(5), ids.get(0));
        assertThat(ids(null, "summary")).containsExactly(ids.get(5), ids.get(0));
        assertThat(list(null, null, 2, "").reports()).extracting(Report::id).containsExactly(ids.get(5), ids.get(0));
        // No state of the queue.
        queue.cli("FLUSHALL");
    }

    @ParameterizedTest
    @CsvSource({
        "0, '', limit: 0 is not from 1 to 200",
        "201, '', limit: 201 is not from 1 to 200",
        "1, x, 'cursor: \"x\" is not the cursor of a page'",
        "1, 1, 'cursor: \"1\" is not the cursor of a page'",
        "1, -1, 'cursor: \"-1\" is not the cursor of a page'",
        "1, +inf, 'cursor: \"+inf\" is not the cursor of a page'",
    })
    void rejectsBadFilters(int limit, String cursor, String why) {
        assertThatThrownBy(() -> new ReportFilter(null, null, limit, cursor))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
    }

    /** Calls of two accepted reports each. */
    private static void createdNow(int calls) {
        List<?> time = (List<?>) queue.cli("TIME");
        for (int i = 0; i < calls; i++) {
            String created = String.valueOf(Long.parseLong(time.get(0) + "000000") + i);
            queue.cli("ZADD", "{rd:0}:recent", created, "0-a%d - 0-b%d".formatted(i, i));
        }
    }

    private static void removeAllBut(String kept) {
        for (Object key : (List<?>) queue.cli("KEYS", "{rd:0}:report:*")) {
            if (!key.equals("{rd:0}:report:" + kept)) {
                queue.cli("DEL", (String) key);
            }
        }
    }

    private static long calls(String command) {
        String stats = (String) queue.cli("INFO", "commandstats");
        return stats.lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
                .mapToLong(line -> Long.parseLong(line.split("[=,]")[1]))
                .sum();
    }

    /** Follows the cursors to the end, which is near. */
    private static List<String> allPages(int limit) {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            ReportPage page = list(null, null, limit, cursor);
            page.reports().forEach(report -> seen.add(report.id()));
            cursor = page.cursor();
            assertThat(++pages).as("pages, which listed %s", seen).isLessThan(100);
        } while (!cursor.isEmpty());
        return seen;
    }

    private static String submit(String type) {
        return queue.get(() -> queue.queue.submit(new NewReport(type, new JsonObject(), Buffer.buffer())))
                .id();
    }

    /** As fast as Redis takes them. */
    private static List<String> submitAtOnce(int count) {
        List<Future<Submitted>> submitted = IntStream.range(0, count)
                .mapToObj(i -> queue.start(
                        () -> queue.queue.submit(new NewReport("summary", new JsonObject(), Buffer.buffer()))))
                .toList();
        List<String> ids = new ArrayList<>();
        submitted.forEach(one -> ids.add(await(one).id()));
        return ids;
    }

    private static ReportPage list(ReportState state, String type, int limit, String cursor) {
        return queue.get(() -> queue.queue.list(new ReportFilter(state, type, limit, cursor)));
    }

    private static List<String> ids(ReportState state, String type) {
        return list(state, type, 200, "").reports().stream().map(Report::id).toList();
    }
}
