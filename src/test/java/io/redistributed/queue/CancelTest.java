package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.RedisCli;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cancels reports in every state. */
class CancelTest extends OnEveryRedis {

    private static final AttemptOutcome DONE = AttemptOutcome.done(Buffer.buffer("result"), "text/plain");

    private FakeWorker worker;

    @BeforeEach
    void startWorker() throws IOException {
        worker = queue.worker("w");
    }

    @Test
    void cancelsWaitingReportAtOnce() {
        String id = queue.submit("input");
        String other = queue.submit();

        assertThat(cancel(id)).isEqualTo(Cancellation.CANCELLED);

        Report cancelled = queue.find(id);
        assertThat(cancelled.state()).isEqualTo(ReportState.CANCELLED);
        assertThat(cancelled.ended()).isAfterOrEqualTo(cancelled.created());
        assertThat(cancelled.attempt()).isZero();
        assertThat(queue.waiting()).isEqualTo(List.of(other));
        assertThat(queue.cli("EXISTS", "{rd:0}:input:" + id)).isEqualTo(1L);
        assertThat(worker.heartbeat(2).messages()).hasSize(1);
    }

    @Test
    void cancelsDelayedReportAtOnce() throws IOException {
        worker.heartbeat(1);
        String id = queue.submit();
        worker.finish(worker.next(id), AttemptOutcome.retry("no luck"));

        assertThat(cancel(id)).isEqualTo(Cancellation.CANCELLED);

        assertThat(queue.cli("ZCARD", "{rd:0}:delayed")).isEqualTo(0L);
        assertThat(queue.find(id).state()).isEqualTo(ReportState.CANCELLED);
        assertThat(queue.find(id).errors()).containsValue("no luck");
        queue.reap();
        worker.assertNothingPublished();
    }

    @Test
    void workerLearnsByHintAndHeartbeat() throws IOException {
        worker.heartbeat(1);
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        String next = queue.submit();
        try (RedisCli control = new RedisCli(queue.redis.port())) {
            control.call("SUBSCRIBE", "{rd:0}:control:w");

            assertThat(cancel(id)).isEqualTo(Cancellation.CANCELLING);

            assertThat(((List<?>) control.read()).get(2)).isEqualTo(attempt.key());
        }
        assertThat(queue.find(id).state()).isEqualTo(ReportState.RUNNING);
        assertThat(worker.heartbeat(1, attempt).cancelled()).containsExactly(attempt.key());
        assertThat(worker.heartbeat(1, attempt).cancelled()).containsExactly(attempt.key());

        Finished finished = worker.finish(attempt, AttemptOutcome.cancelled());

        assertThat(finished.stale()).isFalse();
        assertThat(FakeWorker.attempt(finished.next().orElseThrow()).id()).isEqualTo(next);
        assertThat(queue.find(id).state()).isEqualTo(ReportState.CANCELLED);
        assertThat(queue.find(id).error()).isNull();
        assertThat(queue.cli("HKEYS", "{rd:0}:leased:w")).isEqualTo(List.of(next));
    }

    @Test
    void freesSlot() throws IOException {
        worker.heartbeat(1);
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        cancel(id);
        assertThat(queue.free(worker)).isEqualTo("0");

        worker.finish(attempt, AttemptOutcome.cancelled());

        assertThat(queue.free(worker)).isEqualTo("1");
        assertThat(queue.cli("EXISTS", "{rd:0}:leased:w")).isEqualTo(0L);
    }

    @Test
    void isIdempotent() throws IOException {
        worker.heartbeat(1);
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        assertThat(cancel(id)).isEqualTo(Cancellation.CANCELLING);
        assertThat(cancel(id)).isEqualTo(Cancellation.CANCELLING);
        worker.finish(attempt, AttemptOutcome.cancelled());
        Map<String, String> once = queue.stored(id);

        assertThat(cancel(id)).isEqualTo(Cancellation.CANCELLED);
        assertThat(worker.finish(attempt, AttemptOutcome.cancelled()).stale()).isFalse();

        assertThat(queue.stored(id)).isEqualTo(once);
    }

    @Test
    void endedReportIsUnchanged() throws IOException {
        worker.heartbeat(1);
        for (AttemptOutcome outcome : List.of(DONE, AttemptOutcome.failed("line 7"))) {
            String id = queue.submit();
            worker.finish(worker.next(id), outcome);
            Map<String, String> before = queue.stored(id);

            assertThat(cancel(id)).isEqualTo(Cancellation.ENDED);

            assertThat(queue.stored(id)).isEqualTo(before);
        }
        assertThat(cancel("0-unknown")).isEqualTo(Cancellation.UNKNOWN);
        assertThat(queue.cli("EXISTS", "{rd:0}:report:0-unknown")).isEqualTo(0L);
    }

    @Test
    void resultBeforeNoticeCounts() throws IOException {
        worker.heartbeat(1);
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        cancel(id);

        assertThat(worker.finish(attempt, DONE).stale()).isFalse();

        assertThat(queue.find(id).state()).isEqualTo(ReportState.DONE);
        assertThat(queue.stored(id).get("result")).isEqualTo("result");
        assertThat(cancel(id)).isEqualTo(Cancellation.ENDED);
    }

    @Test
    void failureBeforeNoticeIsNotRetried() throws IOException {
        worker.heartbeat(1);
        for (AttemptOutcome outcome : List.of(AttemptOutcome.retry("why"), AttemptOutcome.failed("why"))) {
            String id = queue.submit();
            Attempt attempt = worker.next(id);
            cancel(id);

            assertThat(worker.finish(attempt, outcome).stale()).isFalse();

            assertThat(queue.find(id).state()).isEqualTo(ReportState.CANCELLED);
            assertThat(queue.find(id).error()).isEqualTo("why");
            assertThat(worker.finish(attempt, outcome).stale()).isFalse();
        }
        assertThat(queue.cli("EXISTS", "{rd:0}:delayed")).isEqualTo(0L);
    }

    @Test
    void isNotRetriedAfterWorkerIsLost() throws IOException {
        for (String crashesBefore : List.of("0", "1")) {
            worker.heartbeat(1);
            String id = queue.submit();
            Attempt late = worker.next(id);
            queue.cli(Records.set(id, "crashes", crashesBefore));
            cancel(id);

            queue.expire(id);
            queue.reap();

            Report cancelled = queue.find(id);
            assertThat(cancelled.state()).isEqualTo(ReportState.CANCELLED);
            assertThat(cancelled.attempt()).isEqualTo(1);
            Map<String, String> before = queue.stored(id);
            assertThat(worker.heartbeat(1, late).lost()).containsExactly(late.key());
            assertThat(worker.finish(late, DONE).stale()).isTrue();
            assertThat(queue.stored(id)).isEqualTo(before);
            assertThat(queue.stored(id)).doesNotContainKey("result");
        }
    }

    @Test
    void isNotRetriedAfterWorkerLeaves() throws IOException {
        worker.heartbeat(1);
        String id = queue.submit();
        worker.next(id);
        cancel(id);

        worker.leave();

        assertThat(queue.find(id).state()).isEqualTo(ReportState.CANCELLED);
    }

    @Test
    void heartbeatCancelsUndeliveredAttempt() {
        worker.heartbeat(1);
        String id = queue.submit();
        assertThat(cancel(id)).isEqualTo(Cancellation.CANCELLING);
        queue.age(id);

        Heartbeat heartbeat = worker.heartbeat(1);

        assertThat(heartbeat.takenBack()).containsExactly(id + "#1");
        assertThat(queue.find(id).state()).isEqualTo(ReportState.CANCELLED);
        assertThat(queue.free(worker)).isEqualTo("1");
    }

    @Test
    void wakesWaiters() throws IOException {
        String waits = queue.submit();
        Future<Optional<Report>> first = waitFor(waits);
        cancel(waits);
        assertThat(await(first).orElseThrow().state()).isEqualTo(ReportState.CANCELLED);

        worker.heartbeat(1);
        String runs = queue.submit();
        Attempt attempt = worker.next(runs);
        Future<Optional<Report>> second = waitFor(runs);
        cancel(runs);
        worker.finish(attempt, AttemptOutcome.cancelled());
        assertThat(await(second).orElseThrow().state()).isEqualTo(ReportState.CANCELLED);
    }

    private static Cancellation cancel(String id) {
        return queue.get(() -> queue.queue.cancel(id));
    }

    private static Future<Optional<Report>> waitFor(String id) {
        Future<Optional<Report>> waiting =
                queue.start(() -> queue.queue.await(id, Duration.ofMinutes(10), QueueFixture.NEVER));
        await().until(() -> ((List<?>) queue.cli("PUBSUB", "CHANNELS", "{rd:0}:ended")).size() == 1);
        return waiting;
    }
}
