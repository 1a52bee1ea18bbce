package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of stored ended reports. */
@ExtendWith(VertxExtension.class)
@ParameterizedClass
@EnumSource(RedisKind.class)
class RetentionTest {

    private static final Duration RETENTION = Duration.ofHours(24);
    private static final int MAX_STORED = 10_000;
    private static final QueueSettings RULES = new QueueSettings(
            1,
            Duration.ofHours(1),
            Duration.ofHours(2),
            3,
            2,
            Duration.ofMinutes(10),
            RETENTION,
            MAX_STORED,
            100_000,
            false);

    /** Within the time that ended reports are always kept. */
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static final String INPUT = "i".repeat(1_000);
    private static final AttemptOutcome RESULT = AttemptOutcome.done(Buffer.buffer("r".repeat(3_000)), "text/plain");

    @Parameter
    RedisKind kind;

    private QueueFixture queue;
    private FakeWorker worker;

    @BeforeEach
    void start(Vertx vertx) throws IOException {
        queue = new QueueFixture(vertx, kind.start(), RULES);
        worker = queue.worker("w");
        worker.heartbeat(1);
    }

    @AfterEach
    void stop() throws IOException {
        queue.assertConsistent();
        queue.close();
    }

    @Test
    void countsStoredBytes() throws IOException {
        String id = queue.submit(INPUT);
        int request = Integer.parseInt(queue.stored(id).get("bytes of head"));
        assertThat(bytes()).isEqualTo(request + 1_000);

        Attempt attempt = worker.next(id);
        worker.finish(attempt, RESULT);
        worker.finish(attempt, RESULT);

        assertThat(bytes()).isEqualTo(request + 3_000);
    }

    @Test
    void removesOldestEndedAboveMaxStored() throws IOException {
        List<String> ids = List.of(done(), done(), done(), done(), done());
        endedInOrderBefore(MINUTE, ids);
        String runs = queue.submit();

        queue.reap();

        assertGone(ids.get(0), ids.get(1));
        assertThat(ids.subList(2, 5)).hasSize(3).allSatisfy(id -> assertThat(result(id))
                .isNotNull());
        assertThat(queue.find(runs).state()).isEqualTo(ReportState.RUNNING);
        assertThat(bytes()).isLessThanOrEqualTo(MAX_STORED);
    }

    @Test
    void keepsAndAcceptsReportsThatHaveNotEnded() {
        List<String> ids =
                IntStream.range(0, 20).mapToObj(i -> queue.submit(INPUT)).toList();

        queue.reap();

        assertThat(bytes()).isGreaterThan(2 * MAX_STORED);
        assertThat(ids).isNotEmpty().allSatisfy(id -> assertThat(
                        queue.find(id).state().isTerminal())
                .isFalse());
    }

    @Test
    void keepsJustEndedReports() throws IOException {
        List<String> ids = List.of(done(), done(), done(), done(), done());
        ids.forEach(id -> endedBefore(MINUTE.minusSeconds(30), id));

        queue.reap();

        assertThat(ids).isNotEmpty().allSatisfy(id -> assertThat(result(id)).isNotNull());
    }

    @Test
    void removesExpiredReportsAndTheirBytes() throws IOException {
        String old = done();
        String kept = done();
        endedBefore(RETENTION, old);
        endedBefore(RETENTION.minusMinutes(1), kept);
        long before = bytes();

        queue.reap();

        assertGone(old);
        assertThat(result(kept)).isNotNull();
        assertThat(bytes()).isBetween(3_000L, before / 2 + 100);
    }

    @Test
    void removesEveryKeyOfAReport() throws IOException {
        JsonObject longMessage = new JsonObject().put("text", "p".repeat(2_000));
        NewReport report = new NewReport(QueueFixture.TYPE, longMessage, Buffer.buffer(INPUT));
        String done = queue.get(() -> queue.queue.submit(report)).id();
        worker.finish(worker.next(done), RESULT);
        String failed = queue.get(() -> queue.queue.submit(report)).id();
        worker.finish(worker.next(failed), AttemptOutcome.failed("no"));
        endedInOrderBefore(RETENTION, List.of(done, failed));
        queue.cli("SET", "{rd:0}:input:" + done, "left by a call that was refused half-way");

        queue.reap();

        assertGone(done, failed);
        assertThat(bytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ended", "size", "started", "input", "message"})
    void removesReportsWithDamagedFields(String field) throws IOException {
        String done = done();
        String failed = queue.submit(INPUT);
        worker.finish(worker.next(failed), AttemptOutcome.failed("no"));
        endedInOrderBefore(RETENTION, List.of(done, failed));
        queue.cli(Records.set(done, field, "x"));
        queue.cli(Records.set(failed, field, "x"));

        queue.reap();

        assertThat((List<?>) queue.cli("KEYS", "*:0-*")).isEmpty();
        assertThat(queue.cli("LLEN", "{rd:0}:ended")).isEqualTo(0L);
        queue.cli("FLUSHALL");
    }

    @Test
    void countsReportOnceThatIsListedTwice() throws IOException {
        String old = done();
        done();
        endedBefore(RETENTION, old);
        String entry =
                ((List<?>) queue.cli("LRANGE", "{rd:0}:ended", "0", "0")).get(0).toString();
        queue.cli("LSET", "{rd:0}:ended", "0", entry + ' ' + old);
        long before = bytes();

        queue.reap();

        assertThat(bytes()).isEqualTo(before / 2);
    }

    @Test
    void removesDamagedReportsOfALongEntry() throws IOException {
        StringBuilder entry = new StringBuilder("1");
        for (int i = 0; i < 130; i++) {
            String id = "0-damaged" + i;
            entry.append(' ').append(id);
            for (String kind : List.of("report", "message", "input", "result")) {
                queue.cli("SET", "{rd:0}:" + kind + ":" + id, "damaged");
            }
        }
        queue.cli("RPUSH", "{rd:0}:ended", entry.toString());

        queue.reap();

        assertThat((List<?>) queue.cli("KEYS", "*0-damaged*")).isEmpty();
        assertThat(queue.cli("LLEN", "{rd:0}:ended")).isEqualTo(0L);
    }

    @Test
    void limitsRemovalsPerCall() throws IOException {
        List<String> ids = List.of(done(), done(), done());
        endedInOrderBefore(RETENTION, ids);
        queue.cli("SET", "{rd:0}:reaped", String.valueOf(queue.now() - QueueFixture.BEAT));

        assertThat(queue.run(QueueScripts.REAP, 2).get(4).toInteger())
                .as("more to do")
                .isEqualTo(1);
        assertThat(result(ids.get(2))).isNotNull();
        assertThat(queue.run(QueueScripts.REAP, 2).get(4).toInteger())
                .as("more to do")
                .isZero();
        assertGone(ids.get(0), ids.get(1), ids.get(2));
        assertThat(bytes()).isZero();
    }

    @Test
    void removesEntryOfACallWithItsLastReport() throws IOException {
        String first = done();
        String second = done();
        queue.cli("ZADD", "{rd:0}:recent", created(first), first + " - " + second);
        queue.cli("ZREM", "{rd:0}:recent", first, second);

        endedBefore(RETENTION, first);
        queue.reap();
        assertThat(queue.cli("ZCARD", "{rd:0}:recent")).isEqualTo(1L);

        endedBefore(RETENTION, second);
        queue.reap();
        assertThat(queue.cli("ZCARD", "{rd:0}:recent")).isEqualTo(0L);
    }

    /** Otherwise the removal of each report would look at all reports of its call. */
    @Test
    void oneStoredReportIsEnoughToKeepAnEntry() throws IOException {
        List<String> removed = List.of(done(), done(), done());
        String kept = done();
        for (String id : removed) {
            queue.cli("ZADD", "{rd:0}:recent", created(id), id + " 0-gone".repeat(62) + " " + kept);
            queue.cli("ZREM", "{rd:0}:recent", id);
            endedBefore(RETENTION, id);
        }
        queue.cli("SET", "{rd:0}:reaped", String.valueOf(queue.now() - QueueFixture.BEAT));
        queue.cli("CONFIG", "RESETSTAT");

        queue.run(QueueScripts.REAP, 200);

        String stats = (String) queue.cli("INFO", "stats");
        assertThat(stats.lines()
                        .filter(line -> line.startsWith("keyspace_"))
                        .mapToLong(line -> Long.parseLong(line.split(":")[1].strip()))
                        .sum())
                .as("looked-up keys")
                .isBetween(3L, 100L);
        assertThat(queue.cli("ZCARD", "{rd:0}:recent")).isEqualTo(4L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nan", "-nan", "inf", "1e300", "0x10", " 7", "7 ", "-1"})
    void removesReportWithDamagedTime(String created) throws IOException {
        String damaged = done();
        String other = done();
        endedInOrderBefore(RETENTION, List.of(damaged, other));
        queue.cli(Records.set(damaged, "created", created));
        queue.cli("ZADD", "{rd:0}:recent", "-5", "", "0", " - ");

        queue.reap();

        assertThat((List<?>) queue.cli("KEYS", "{rd:0}:report:*")).isEmpty();
        assertThat(queue.cli("LLEN", "{rd:0}:ended")).isEqualTo(0L);
        assertThat(bytes()).isLessThan(100);
        queue.cli("FLUSHALL");
    }

    @Test
    void keepsRetriedReport() throws IOException {
        String id = queue.submit();
        worker.finish(worker.next(id), AttemptOutcome.failed("no"));
        endedBefore(RETENTION, id);

        assertThat(queue.get(() -> queue.queue.retry(id))).isTrue();
        queue.reap();

        assertThat(queue.find(id).state()).isEqualTo(ReportState.RUNNING);
    }

    @Test
    void partitionsDivideMaxStored() {
        QueueSettings settings = new QueueSettings(
                4, RULES.lease(), RULES.timeout(), 3, 2, RULES.backoff(), RETENTION, MAX_STORED, 100_000, false);
        assertThat(settings.asLua()).endsWith(" " + MAX_STORED / 4L + "\n");
    }

    private String done() throws IOException {
        String id = queue.submit(INPUT);
        worker.finish(worker.next(id), RESULT);
        return id;
    }

    private String created(String id) {
        return (String) queue.cli("ZSCORE", "{rd:0}:recent", id);
    }

    private void endedInOrderBefore(Duration time, List<String> ids) {
        for (String id : ids) {
            endedBefore(time.plusSeconds(ids.size() - ids.indexOf(id)), id);
        }
    }

    private void endedBefore(Duration time, String id) {
        String now = queue.stored(id).get("ended");
        String then = String.valueOf(Long.parseLong(now) - time.toMillis());
        int place = ((List<?>) queue.cli("LRANGE", "{rd:0}:ended", "0", "-1")).indexOf(now + " " + id);
        queue.cli("LSET", "{rd:0}:ended", String.valueOf(place), then + " " + id);
        queue.cli(Records.set(id, "ended", then));
    }

    private long bytes() {
        return Long.parseLong((String) queue.cli("GET", "{rd:0}:bytes"));
    }

    private Object result(String id) {
        return queue.cli("GET", "{rd:0}:result:" + id);
    }

    private void assertGone(String... ids) {
        for (String id : ids) {
            assertThat((List<?>) queue.cli("KEYS", "*" + id)).isEmpty();
            assertThat(queue.cli("ZSCORE", "{rd:0}:recent", id)).isNull();
        }
    }
}
