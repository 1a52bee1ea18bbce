package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attempts that fail, and outcomes that come late or twice. */
class FailuresTest extends OnEveryRedis {

    private static final AttemptOutcome RETRY = AttemptOutcome.retry("no luck");
    private static final AttemptOutcome DONE = AttemptOutcome.done(Buffer.buffer("result"), "text/plain");
    private FakeWorker worker;
    private FakeWorker other;

    @BeforeEach
    void startWorkers() throws IOException {
        worker = queue.worker("w");
        worker.heartbeat(1);
        other = queue.worker("other");
    }

    @Test
    void pausesDoubleUntilMaxAttempts() throws IOException {
        String id = queue.submit();

        assertPause(
                id, QueueFixture.RULES.backoff(), () -> worker.finish(worker.next(id), AttemptOutcome.retry("first")));
        Report delayed = queue.find(id);
        assertThat(delayed.state()).isEqualTo(ReportState.QUEUED);
        assertThat(delayed.worker()).isNull();
        assertThat(delayed.error()).isEqualTo("first");
        makeDue(id);
        assertPause(id, QueueFixture.RULES.backoff().multipliedBy(2), () -> {
            Attempt second = worker.next(id);
            assertThat(second.number()).isEqualTo(2);
            worker.finish(second, AttemptOutcome.retry("second"));
        });
        makeDue(id);
        worker.finish(worker.next(id), AttemptOutcome.retry("third"));

        Report failed = queue.find(id);
        assertThat(failed.state()).isEqualTo(ReportState.FAILED);
        assertThat(failed.attempt()).isEqualTo(3);
        assertThat(failed.error()).isEqualTo("third");
        assertThat(failed.errors()).isEqualTo(Map.of(1, "first", 2, "second", 3, "third"));
    }

    @Test
    void crashedAttemptCountsAsCrash() throws IOException {
        String id = queue.submit();

        worker.finish(worker.next(id), AttemptOutcome.crashed("out of memory"));
        assertThat(queue.stored(id)).containsEntry("crashes", "1").doesNotContainKey("failures");
        Attempt second = worker.next(id);
        assertThat(second.number()).isEqualTo(2);
        worker.finish(second, AttemptOutcome.crashed("out of memory again"));

        Report failed = queue.find(id);
        assertThat(failed.state()).isEqualTo(ReportState.FAILED);
        assertThat(failed.attempt()).isEqualTo(2);
        assertThat(failed.error()).isEqualTo("out of memory again");
    }

    @Test
    void pauseIsAtMostOneHour(Vertx vertx) throws IOException {
        try (QueueFixture patient = new QueueFixture(vertx, kind.start(), withAttempts(100))) {
            FakeWorker patientWorker = patient.worker("w");
            patientWorker.heartbeat(1);
            String old = patient.submit();
            patient.cli(Records.set(old, "failures", "90"));
            long before = patient.now();
            patientWorker.finish(patientWorker.next(old), RETRY);
            assertThat(patient.delayedUntil(old)).isBetween(before, patient.now() + 3_600_000);
        }
    }

    @Test
    void doneReportKeepsErrorsOfAttempts() throws IOException {
        String id = queue.submit();
        worker.finish(worker.next(id), AttemptOutcome.retry("first"));
        makeDue(id);

        worker.finish(worker.next(id), DONE);

        Report done = queue.find(id);
        assertThat(done.state()).isEqualTo(ReportState.DONE);
        assertThat(done.error()).isNull();
        assertThat(done.errors()).isEqualTo(Map.of(1, "first"));
    }

    /** Redis does not roll back a script that an ACL stops half-way. */
    @Test
    void inputIsKeptUntilTheOutcomeIsStored() throws IOException {
        String id = queue.submit("a,b");
        Attempt attempt = worker.next(id);

        queue.cli("ACL", "LOG", "RESET");
        queue.cli("ACL", "SETUSER", "default", "-mset");
        Future<Finished> finished;
        try {
            finished = worker.startFinish(attempt, DONE, FakeWorker.SPAN, true);
            eventually(() -> !((List<?>) queue.cli("ACL", "LOG")).isEmpty());
            assertThat(queue.cli("EXISTS", "{rd:0}:input:" + id)).isEqualTo(1L);
        } finally {
            queue.cli("ACL", "SETUSER", "default", "+mset");
        }
        assertThat(await(finished).stale()).isFalse();
        assertThat(queue.find(id).state()).isEqualTo(ReportState.DONE);
    }

    /** A record is read and written whole. */
    @Test
    void longErrorIsCut() throws IOException {
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        AttemptOutcome tooLong = AttemptOutcome.failed("x".repeat(5_000));

        worker.finish(attempt, tooLong);

        assertThat(queue.find(id).error()).isEqualTo("x".repeat(4_096));
        assertThat(worker.finish(attempt, tooLong).stale()).isFalse();
    }

    @Test
    void permanentFailureIsNotRetried() throws IOException {
        String id = queue.submit();

        worker.finish(worker.next(id), AttemptOutcome.failed("line 7"));

        assertThat(queue.find(id).state()).isEqualTo(ReportState.FAILED);
        assertThat(queue.find(id).attempt()).isEqualTo(1);
    }

    @Test
    void nextAttemptHasSpanOfFailedAttempt() throws IOException {
        String id = queue.submit();
        worker.finish(worker.next(id), RETRY, FakeWorker.SPAN, true);
        makeDue(id);

        SpanContext previous = worker.next(id).previous();
        assertThat(previous.getTraceId()).isEqualTo(FakeWorker.SPAN.getTraceId());
        assertThat(previous.getSpanId()).isEqualTo(FakeWorker.SPAN.getSpanId());
    }

    @Test
    void nextAttemptHasSpanOfLostAttempt() throws IOException {
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        worker.tell(1, new RunningAttempt(id, attempt.number(), 0.5, false, false, FakeWorker.SPAN));
        other.heartbeat(1);
        queue.expire(id);
        queue.cli("ZREM", "{rd:0}:workers:summary", worker.name);
        queue.reap();

        assertThat(other.next(id).previous().getSpanId()).isEqualTo(FakeWorker.SPAN.getSpanId());
        worker.heartbeat(0);
    }

    @Test
    void lateWorkerChangesNothing() throws IOException {
        String id = queue.submit();
        Attempt late = worker.next(id);
        other.heartbeat(1);
        queue.cli("ZREM", "{rd:0}:workers:summary", worker.name);
        queue.expire(id);
        queue.reap();
        Attempt now = other.next(id);
        Map<String, String> before = queue.stored(id);

        for (AttemptOutcome outcome : new AttemptOutcome[] {DONE, RETRY, AttemptOutcome.failed("late")}) {
            assertThat(worker.finish(late, outcome).stale()).isTrue();
        }
        Heartbeat heartbeat = worker.heartbeat(1, late);
        assertThat(heartbeat.lost()).containsExactly(late.key());
        assertThat(heartbeat.gone()).isEmpty();
        assertThat(queue.stored(id)).isEqualTo(before);
        assertThat(queue.stored(id)).doesNotContainKey("result");

        assertThat(other.finish(now, DONE).stale()).isFalse();
        before = queue.stored(id);
        assertThat(worker.finish(late, AttemptOutcome.failed("late")).stale()).isTrue();
        assertThat(worker.finish(late, AttemptOutcome.done(Buffer.buffer("late"), "a/b"))
                        .stale())
                .isTrue();
        assertThat(queue.stored(id)).isEqualTo(before);
        assertThat(queue.stored(id).get("result")).isEqualTo("result");
    }

    @Test
    void olderAttemptChangesNothing() throws IOException {
        String id = queue.submit();
        Attempt late = worker.next(id);
        queue.expire(id);
        queue.reap();
        Attempt now = worker.comeBack(1);
        assertThat(now.number()).isEqualTo(2);

        assertThat(worker.finish(late, DONE).stale()).isTrue();
        assertThat(queue.find(id).state()).isEqualTo(ReportState.RUNNING);
        assertThat(worker.finish(now, DONE).stale()).isFalse();
    }

    @Test
    void repeatedOutcomeIsWrittenOnce() throws IOException {
        for (AttemptOutcome outcome : new AttemptOutcome[] {DONE, RETRY, AttemptOutcome.failed("no")}) {
            String id = queue.submit();
            Attempt attempt = worker.next(id);
            assertThat(worker.finish(attempt, outcome).stale()).isFalse();
            Map<String, String> once = queue.stored(id);
            Object delayed = queue.cli("ZSCORE", "{rd:0}:delayed", id);

            assertThat(worker.finish(attempt, outcome).stale())
                    .as(outcome.kind())
                    .isFalse();

            assertThat(queue.stored(id)).isEqualTo(once);
            assertThat(queue.cli("ZSCORE", "{rd:0}:delayed", id)).isEqualTo(delayed);
        }
    }

    @Test
    void repeatedLastFailureIsWrittenOnce() throws IOException {
        String id = queue.submit();
        queue.cli(Records.set(id, "failures", "2"));
        Attempt attempt = worker.next(id);
        assertThat(worker.finish(attempt, RETRY).stale()).isFalse();
        assertThat(queue.find(id).state()).isEqualTo(ReportState.FAILED);

        assertThat(worker.finish(attempt, RETRY).stale()).isFalse();
    }

    @Test
    void repeatedFailureDoesNotAffectNextAttempt() throws IOException {
        String id = queue.submit();
        Attempt first = worker.next(id);
        worker.finish(first, RETRY);
        makeDue(id);
        Attempt second = worker.next(id);

        assertThat(worker.finish(first, RETRY).stale()).isFalse();

        assertThat(worker.finish(second, DONE).stale()).isFalse();
        assertThat(queue.find(id).state()).isEqualTo(ReportState.DONE);
    }

    @Test
    void reapRequeuesAllDueReports() throws IOException {
        for (int i = 0; i < 10; i++) {
            String id = queue.submit();
            worker.finish(worker.next(id), RETRY);
            queue.cli("ZADD", "{rd:0}:delayed", "1", id);
        }
        queue.cli("SET", "{rd:0}:reaped", String.valueOf(queue.now() - QueueFixture.BEAT));
        int calls = 0;
        Response reply;
        do {
            reply = queue.run(QueueScripts.REAP, 4);
            assertThat(reply.get(0).toInteger()).isEqualTo(1);
            calls++;
        } while (reply.get(4).toInteger() > 0);

        assertThat(calls).isEqualTo(3);
        assertThat(queue.cli("ZCARD", "{rd:0}:delayed")).isEqualTo(0L);
        assertThat(queue.run(QueueScripts.REAP, 4).get(0).toInteger()).isZero();
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void assertPause(String id, Duration pause, Step failure) throws IOException {
        long before = queue.now();
        failure.run();
        long after = queue.now();
        assertThat(queue.delayedUntil(id)).isBetween(before + pause.toMillis(), after + pause.toMillis());
    }

    private static void makeDue(String id) {
        assertThat(queue.reap().get(2).toInteger()).isZero();
        queue.cli("ZADD", "{rd:0}:delayed", "XX", String.valueOf(queue.now() - 1), id);
        assertThat(queue.reap().get(2).toInteger()).isEqualTo(1);
    }

    private static QueueSettings withAttempts(int attempts) {
        QueueSettings settings = QueueFixture.RULES;
        return new QueueSettings(
                1,
                settings.lease(),
                settings.timeout(),
                attempts,
                settings.maxCrashes(),
                settings.backoff(),
                settings.retention(),
                settings.maxStored(),
                settings.maxWaiting(),
                false);
    }
}
