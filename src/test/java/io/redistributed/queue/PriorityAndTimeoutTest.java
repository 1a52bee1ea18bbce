package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriorityAndTimeoutTest extends OnEveryRedis {

    private static final long HOUR = Duration.ofHours(1).toMillis() * 1000;

    @Test
    void ordersByPriorityThenCreation() throws IOException {
        String low = submit(0);
        String middle = submit(5);
        String high = submit(9);
        String middleToo = submit(5);
        String lowToo = submit(0);

        assertThat(queue.waiting()).isEqualTo(List.of(high, middle, middleToo, low, lowToo));
        FakeWorker worker = queue.worker("w");
        Attempt first = FakeWorker.attempt(worker.heartbeat(1).messages().get(0));
        assertThat(first.id()).isEqualTo(high);
        Finished finished = worker.finish(first, AttemptOutcome.retry("no luck"));
        assertThat(FakeWorker.attempt(finished.next().orElseThrow()).id()).isEqualTo(middle);

        queue.cli("ZADD", "{rd:0}:delayed", "XX", "1", high);
        queue.reap();
        assertThat(queue.waiting()).isEqualTo(List.of(high, middleToo, low, lowToo));
    }

    @Test
    void requeuedReportKeepsItsPlace() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(1);
        String low = submit(0);
        worker.next(low);
        String high = submit(9);

        queue.expire(low);
        queue.reap();

        assertThat(queue.waiting()).isEqualTo(List.of(high, low));
        assertThat(FakeWorker.attempt(worker.heartbeat(1).messages().get(0)).id())
                .isEqualTo(high);
    }

    @Test
    void levelIsWorthOneHour() {
        String id = submit(3);

        long created = Long.parseLong(queue.stored(id).get("created"));
        assertThat(Long.parseLong((String) queue.cli("ZSCORE", "{rd:0}:waiting:summary", id)))
                .isEqualTo(created - 3 * HOUR);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10})
    void limitsPriority(int priority) {
        assertThatThrownBy(() -> new NewReport("summary", new JsonObject(), Buffer.buffer(), null, priority))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("priority: " + priority + " is not from 0 to 9");
    }

    @Test
    void timeoutEndsAttemptAndLaterItsLease() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(2);
        Duration timeout = Duration.ofSeconds(90);
        String own = queue.get(() ->
                        queue.queue.submit(new NewReport("summary", new JsonObject(), Buffer.buffer(), timeout, 0)))
                .id();
        Attempt hasItsOwn = worker.next(own);
        assertThat(hasItsOwn.timeout()).isEqualTo(timeout);
        String common = queue.submit();
        Attempt hasNone = worker.next(common);
        assertThat(hasNone.timeout()).isNull();

        assertDeadline(worker, own, timeout, hasItsOwn, hasNone);
        assertDeadline(worker, common, QueueFixture.RULES.timeout(), hasNone);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 99, 86_400_001})
    void limitsTimeout(long millis) {
        assertThatThrownBy(
                        () -> new NewReport("summary", new JsonObject(), Buffer.buffer(), Duration.ofMillis(millis), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not from PT0.1S to PT24H");
    }

    private static String submit(int priority) {
        return queue.get(() ->
                        queue.queue.submit(new NewReport("summary", new JsonObject(), Buffer.buffer(), null, priority)))
                .id();
    }

    /** Heartbeats extend the lease only up to the limit. */
    private static void assertDeadline(FakeWorker worker, String id, Duration timeout, Attempt... inHand) {
        long allowed = timeout.plus(QueueFixture.RULES.lease()).toMillis();
        long started = queue.now() - allowed;
        queue.cli(Records.set(id, "started", String.valueOf(started)));
        assertThat(worker.heartbeat(2, inHand).lost())
                .containsExactly(id + "#" + queue.stored(id).get("attempt"));
    }
}
