package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports that are given another chance. */
class RetryTest extends OnEveryRedis {

    private static final AttemptOutcome DONE = AttemptOutcome.done(Buffer.buffer("result"), "text/plain");

    private FakeWorker worker;

    @BeforeEach
    void startWorker() throws IOException {
        worker = queue.worker("w");
        worker.heartbeat(1);
    }

    @Test
    void retriesFailedReportWithInput() throws IOException {
        String id = queue.submit("input");
        worker.finish(worker.next(id), AttemptOutcome.failed("first"), FakeWorker.SPAN, true);

        assertThat(retry(id)).isTrue();

        Attempt second = worker.next(id);
        assertThat(second.number()).isEqualTo(2);
        assertThat(second.previous().getSpanId()).isEqualTo(FakeWorker.SPAN.getSpanId());
        assertThat(second.hasInput()).isTrue();
        assertThat(worker.input(second)).isEqualTo(Buffer.buffer("input"));
        Report running = queue.find(id);
        assertThat(running.state()).isEqualTo(ReportState.RUNNING);
        assertThat(running.ended()).isNull();
        assertThat(running.error()).isNull();
        assertThat(running.errors()).isEqualTo(Map.of(1, "first"));

        worker.finish(second, DONE);
        assertThat(queue.find(id).state()).isEqualTo(ReportState.DONE);
        assertThat(queue.cli("EXISTS", "{rd:0}:input:" + id)).isEqualTo(0L);
    }

    /** Else a client could fill Redis: the list does not count as stored. */
    @Test
    void cancelAndRetryLeaveOneEntry() {
        queue.submit();
        String id = queue.submit();
        for (int i = 0; i < 20; i++) {
            queue.get(() -> queue.queue.cancel(id));
            assertThat(retry(id)).isTrue();
        }
        assertThat(queue.cli("LLEN", "{rd:0}:ended")).isEqualTo(0L);

        queue.get(() -> queue.queue.cancel(id));
        assertThat(queue.cli("LLEN", "{rd:0}:ended")).isEqualTo(1L);
    }

    @Test
    void resetsAttemptsAndContinuesNumbers() throws IOException {
        String id = queue.submit("input");
        failThreeTimes(id);
        assertThat(queue.find(id).state()).isEqualTo(ReportState.FAILED);

        retry(id);
        failThreeTimes(id);

        Report failed = queue.find(id);
        assertThat(failed.state()).isEqualTo(ReportState.FAILED);
        assertThat(failed.attempt()).isEqualTo(6);
        assertThat(failed.errors()).hasSize(6);
        assertThat(queue.cli("EXISTS", "{rd:0}:input:" + id)).isEqualTo(1L);
    }

    @Test
    void resetsCrashes() throws IOException {
        String id = queue.submit();
        for (int round = 0; round < 2; round++) {
            for (int crash = 0; crash < 2; crash++) {
                queue.expire(id);
                queue.reap();
                worker.heartbeat(1);
            }
            assertThat(queue.find(id).state()).isEqualTo(ReportState.FAILED);
            retry(id);
        }
        Attempt last = worker.published().get(2);
        assertThat(worker.finish(last, DONE).stale()).isFalse();
    }

    @Test
    void clearsCancellation() throws IOException {
        String id = queue.submit();
        Attempt first = worker.next(id);
        queue.get(() -> queue.queue.cancel(id));
        worker.finish(first, AttemptOutcome.cancelled());

        assertThat(retry(id)).isTrue();

        assertThat(worker.heartbeat(1, worker.next(id)).cancelled()).isEmpty();
        queue.expire(id);
        queue.reap();
        assertThat(worker.comeBack(1).number()).isEqualTo(3);
        assertThat(worker.finish(first, DONE).stale()).isTrue();
        assertThat(queue.find(id).state()).isEqualTo(ReportState.RUNNING);
    }

    @Test
    void retriesReportThatNeverRan() throws IOException {
        worker.heartbeat(0);
        String id = queue.submit();
        queue.get(() -> queue.queue.cancel(id));
        worker.heartbeat(1);

        retry(id);

        assertThat(worker.next(id).number()).isEqualTo(1);
    }

    @Test
    void waitsInItsOldPlace() throws IOException {
        String id = queue.submit();
        worker.finish(worker.next(id), AttemptOutcome.failed("no"));
        String runs = queue.submit();
        String later = queue.submit();

        retry(id);

        assertThat(queue.waiting()).isEqualTo(List.of(id, later));
        Report queued = queue.find(id);
        assertThat(queued.state()).isEqualTo(ReportState.QUEUED);
        assertThat(queued.worker()).isNull();
        assertThat(queued.error()).isNull();
        Finished finished = worker.finish(worker.next(runs), DONE);
        assertThat(FakeWorker.attempt(finished.next().orElseThrow()).key()).isEqualTo(id + "#2");
    }

    @Test
    void requiresInput() throws IOException {
        String id = queue.submit("input");
        worker.finish(worker.next(id), AttemptOutcome.failed("no"));
        queue.cli("DEL", "{rd:0}:input:" + id);
        queue.cli(Records.set(id, "input", "0"));
        queue.cli("DECRBY", "{rd:0}:bytes", "5");
        Map<String, String> before = queue.stored(id);

        assertThatThrownBy(() -> retry(id))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("its input is no longer stored");

        assertThat(queue.stored(id)).isEqualTo(before);
    }

    @Test
    void rejectsOtherStates() throws IOException {
        String id = queue.submit();
        String waits = queue.submit();
        Map<String, String> running = queue.stored(id);
        assertThatThrownBy(() -> retry(id))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it is running");
        assertThat(queue.stored(id)).isEqualTo(running);
        assertThatThrownBy(() -> retry(waits)).hasMessageContaining("it is queued");
        worker.finish(worker.next(id), DONE);
        assertThatThrownBy(() -> retry(id)).hasMessageContaining("it is done");
        assertThat(retry("0-unknown")).isFalse();
    }

    @Test
    void fullQueueRejectsRetry(Vertx vertx) throws IOException {
        try (QueueFixture small = new QueueFixture(vertx, kind.start(), QueueFixture.withMaxWaiting(1))) {
            FakeWorker only = small.worker("w");
            only.heartbeat(1);
            String id = small.submit("input");
            only.finish(only.next(id), AttemptOutcome.failed("no"));
            small.submit();
            small.submit();
            Map<String, String> before = small.stored(id);

            assertThatThrownBy(() -> small.get(() -> small.queue.retry(id))).isInstanceOf(QueueFullException.class);

            assertThat(small.stored(id)).isEqualTo(before);
            small.assertConsistent();
        }
    }

    @Test
    void maxWaiting0RetriesOnFreeWorker(Vertx vertx) throws IOException {
        try (QueueFixture none = new QueueFixture(vertx, kind.start(), QueueFixture.withMaxWaiting(0))) {
            FakeWorker only = none.worker("w");
            only.heartbeat(1);
            String id = none.submit();
            only.finish(only.next(id), AttemptOutcome.failed("no"));

            only.heartbeat(0);
            assertThatThrownBy(() -> none.get(() -> none.queue.retry(id))).isInstanceOf(QueueFullException.class);
            only.heartbeat(1);
            assertThat(none.get(() -> none.queue.retry(id))).isTrue();

            assertThat(only.next(id).number()).isEqualTo(2);
            none.assertConsistent();
        }
    }

    private void failThreeTimes(String id) throws IOException {
        for (int i = 0; i < 3; i++) {
            worker.finish(worker.next(id), AttemptOutcome.retry("no luck"));
            queue.cli("ZADD", "{rd:0}:delayed", "XX", "1", id);
            queue.reap();
        }
    }

    private static boolean retry(String id) {
        return queue.get(() -> queue.queue.retry(id));
    }
}
