package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import io.redistributed.testing.Waiting;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead workers, lost messages, and their repair. */
class ReapTest extends OnEveryRedis {

    private static final AttemptOutcome DONE = AttemptOutcome.done(Buffer.buffer("result"), "text/plain");
    private static final Pattern FAILED_CALLS = Pattern.compile("cmdstat_evalsha:.*failed_calls=(\\d+)");
    private static final long LEASE = QueueFixture.RULES.lease().toMillis();

    private FakeWorker worker;
    private FakeWorker other;

    @BeforeEach
    void startWorkers() throws IOException {
        worker = queue.worker("w");
        worker.heartbeat(1);
        other = queue.worker("other");
    }

    @Test
    void reportOfLostWorkerIsRetriedElsewhere() throws IOException {
        String id = queue.submit();
        worker.next(id);
        die(worker);
        other.heartbeat(1);
        queue.expire(id);

        assertThat(queue.reap().get(1).toInteger()).isEqualTo(1);

        Attempt second = other.next(id);
        assertThat(second.number()).isEqualTo(2);
        Report running = queue.find(id);
        assertThat(running.worker()).isEqualTo("other");
        assertThat(running.error()).contains("worker w was lost");
        assertThat(running.errors()).containsOnlyKeys(1);
        assertThat(queue.stored(id)).containsEntry("crashes", "1").doesNotContainKey("failures");
        assertThat(other.finish(second, DONE).stale()).isFalse();
    }

    @Test
    void failsAfterMaxCrashes() throws IOException {
        String id = queue.submit();
        worker.next(id);
        queue.expire(id);
        queue.reap();
        assertThat(FakeWorker.attempt(worker.heartbeat(1).messages().get(0)).number())
                .isEqualTo(2);
        queue.expire(id);
        queue.reap();
        worker.heartbeat(1);

        Report failed = queue.find(id);
        assertThat(failed.state()).isEqualTo(ReportState.FAILED);
        assertThat(failed.error()).contains("worker w was lost");
        assertThat(failed.errors()).containsOnlyKeys(1, 2);
        assertThat(queue.free(worker)).isEqualTo("1");
    }

    /** A report that kills its worker does not cost those that wait behind it their attempts. */
    @Test
    void waitingAttemptOfLostWorkerIsNoCrash() throws IOException {
        String id = queue.submit();
        worker.next(id);
        worker.tell(1, waiting(id));
        assertThat(queue.stored(id)).containsEntry("waiting", "true");
        queue.expire(id);

        queue.reap();

        Attempt second = worker.comeBack(1);
        assertThat(second.number()).isEqualTo(2);
        assertThat(queue.stored(id))
                .containsEntry("undelivered", "1")
                .doesNotContainKeys("crashes", "error", "waiting");
    }

    @Test
    void attemptThatHasBegunCountsAsCrash() throws IOException {
        String id = queue.submit();
        worker.next(id);
        worker.tell(1, waiting(id));
        worker.tell(1, inHand(id, -1, false));
        assertThat(queue.stored(id)).doesNotContainKey("waiting");
        queue.expire(id);

        queue.reap();

        assertThat(queue.stored(id)).containsEntry("crashes", "1").doesNotContainKey("undelivered");
        worker.comeBack(1);
    }

    @Test
    void timeOfWaitingAttemptHasNotBegun() throws IOException {
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        long over = queue.now() - 1 - QueueFixture.RULES.timeout().toMillis() - LEASE;
        queue.cli(Records.set(id, "started", String.valueOf(over)));

        assertThat(worker.tell(1, waiting(id)).lost()).isEmpty();
        queue.cli(Records.set(id, "started", String.valueOf(over)));
        assertThat(worker.heartbeat(1, attempt).lost()).as("begins now").isEmpty();

        assertThat(Long.parseLong(queue.stored(id).get("started"))).isGreaterThan(over + LEASE);
        assertThat(worker.finish(attempt, DONE).stale()).isFalse();
    }

    @Test
    void heartbeatExtendsLeaseUntilDeadline() throws IOException {
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        queue.expire(id);
        worker.heartbeat(1, attempt);
        assertThat(queue.reap().get(1).toInteger()).isZero();

        long started = queue.now() - 1 - QueueFixture.RULES.timeout().toMillis() - LEASE;
        queue.cli(Records.set(id, "started", String.valueOf(started)));
        assertThat(worker.heartbeat(1, attempt).lost()).containsExactly(attempt.key());

        assertThat(queue.stored(id)).containsEntry("crashes", "1");
        assertThat(queue.find(id).error()).contains("exceeded the time limit");
        assertThat(worker.finish(attempt, DONE).stale()).isTrue();
    }

    @Test
    void heartbeatReportsProgress() throws IOException {
        String id = queue.submit();
        worker.next(id);
        assertThat(queue.find(id).progress()).isNull();
        worker.tell(1, inHand(id, 0.25, false));
        assertThat(queue.find(id).progress()).isEqualTo(0.25);
        worker.tell(1, inHand(id, Double.NaN, false));
        assertThat(queue.find(id).progress()).isEqualTo(0.25);
        worker.tell(1, inHand(id, 17, false));
        assertThat(queue.find(id).progress()).isEqualTo(1);
    }

    @Test
    void heartbeatBeforeOutcomeDoesNotReportLoss() throws IOException {
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        worker.tell(1, inHand(id, -1, true));
        worker.finish(attempt, DONE);

        assertThat(worker.tell(1, inHand(id, -1, true)).lost()).isEmpty();
        assertThat(worker.tell(1, inHand(id, -1, false)).lost()).containsExactly(attempt.key());
        // A lost attempt keeps its slot until the worker releases it.
        assertThat(queue.free(worker)).isEqualTo("0");
        worker.heartbeat(1);
        assertThat(queue.free(worker)).isEqualTo("1");
    }

    @Test
    void lostMessageIsResentWithoutCrash() throws IOException {
        String id = queue.submit();
        Attempt lost = worker.next(id);
        Heartbeat early = worker.heartbeat(1);
        assertThat(early.takenBack()).as("may still be on its way").isEmpty();
        queue.age(id);
        other.heartbeat(5);

        Heartbeat heartbeat = worker.heartbeat(1);

        assertThat(heartbeat.takenBack()).containsExactly(lost.key());
        Attempt resent = other.next(id);
        assertThat(resent.number()).isEqualTo(2);
        assertThat(queue.stored(id)).doesNotContainKeys("crashes", "failures", "error");
        assertThat(worker.finish(lost, DONE).stale()).isTrue();
        assertThat(other.finish(resent, DONE).stale()).isFalse();
    }

    /** A worker that never gets messages has as many free slots as one that is idle. */
    @Test
    void lostMessageGoesToAnotherWorker() throws IOException {
        String id = queue.submit();
        worker.next(id);
        other.heartbeat(1);
        queue.age(id);

        assertThat(worker.heartbeat(1).messages()).isEmpty();

        assertThat(other.next(id).number()).isEqualTo(2);
        assertThat(queue.free(worker)).isEqualTo("1");
    }

    @Test
    void lostMessageComesInTheReplyWithoutAnotherWorker() throws IOException {
        String id = queue.submit();
        worker.next(id);
        queue.age(id);

        Attempt resent = FakeWorker.attempt(worker.heartbeat(1).messages().get(0));

        assertThat(resent.key()).isEqualTo(id + "#2");
        assertThat(queue.free(worker)).isEqualTo("0");
    }

    @Test
    void lostMessageOfLaterAttemptIsDetected() throws IOException {
        String id = queue.submit();
        Attempt first = worker.next(id);
        queue.expire(id);
        queue.reap();
        Attempt second = FakeWorker.attempt(worker.heartbeat(1).messages().get(0));
        queue.age(id);

        Heartbeat heartbeat = worker.heartbeat(1, first);

        assertThat(heartbeat.lost()).containsExactly(first.key());
        assertThat(heartbeat.takenBack()).containsExactly(second.key());
        assertThat(queue.waiting()).isEqualTo(List.of(id));
    }

    @Test
    void undeliverableReportFails() throws IOException {
        String id = queue.submit();
        int handedOver = 1;
        queue.age(id);
        for (Heartbeat heartbeat = worker.heartbeat(1);
                !heartbeat.messages().isEmpty();
                heartbeat = worker.heartbeat(1)) {
            assertThat(FakeWorker.attempt(heartbeat.messages().get(0)).number()).isEqualTo(++handedOver);
            queue.age(id);
        }
        assertThat(handedOver).isEqualTo(20);
        assertThat(queue.find(id).state()).isEqualTo(ReportState.FAILED);
        assertThat(queue.find(id).error()).contains("20 times");
    }

    @Test
    void leaveRequeuesWithoutCrash() throws IOException {
        worker.heartbeat(2);
        String first = queue.submit();
        String second = queue.submit();
        other.heartbeat(1);

        worker.leave();

        Attempt taken = other.next();
        assertThat(taken.number()).isEqualTo(2);
        String waits = taken.id().equals(first) ? second : first;
        assertThat(queue.waiting()).isEqualTo(List.of(waits));
        assertThat(queue.stored(waits)).doesNotContainKeys("crashes", "failures", "error", "worker");
        assertForgotten(worker);
    }

    @Test
    void deadWorkerIsRemoved() throws IOException {
        worker.heartbeat(2);
        String id = queue.submit();
        String second = queue.submit();
        die(worker);
        queue.silence(worker.name, LEASE - 1000);
        assertThat(queue.reap().get(1).toInteger()).isZero();
        queue.expireWorker(worker.name);

        queue.cli("SET", "{rd:0}:reaped", String.valueOf(queue.now() - QueueFixture.BEAT));
        assertThat(queue.run(QueueScripts.REAP, 1).get(4).toInteger())
                .as("there is more")
                .isEqualTo(1);
        assertThat(queue.cli("EXISTS", "{rd:0}:worker:" + worker.name)).isEqualTo(1L);
        assertThat(queue.reap().get(3).toInteger()).isEqualTo(1);

        assertForgotten(worker);
        assertThat(queue.waiting()).isEqualTo(List.of(id, second));
        assertThat(queue.reap().get(3).toInteger()).isZero();
    }

    @Test
    void workerWithoutHeartbeatsGetsNoReports() throws IOException {
        queue.silence(worker.name, 3 * QueueFixture.BEAT);
        queue.reap();

        String id = queue.submit();
        assertThat(queue.waiting()).isEqualTo(List.of(id));
        assertThat(worker.heartbeat(1).messages()).hasSize(1);
    }

    @Test
    void onlyOneCallerReaps() {
        queue.cli("SET", "{rd:0}:reaped", String.valueOf(queue.now() - QueueFixture.BEAT));
        assertThat(IntStream.range(0, 50)
                        .map(i -> queue.run(QueueScripts.REAP, 200).get(0).toInteger())
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void outageGrantsGrace() throws IOException {
        worker.heartbeat(5);
        String[] ids = {queue.submit(), queue.submit(), queue.submit()};
        Attempt alive = worker.next(ids[0]);
        other.heartbeat(9);
        String elsewhere = queue.submit();
        queue.expireWorker("w");
        queue.expireWorker("other");
        queue.cli("SET", "{rd:0}:reaped", String.valueOf(queue.now() - LEASE - 1));

        // Even if there is more than one call would do.
        assertThat(queue.run(QueueScripts.REAP, 2).get(1).toInteger()).isZero();
        assertThat(queue.reap().get(1).toInteger()).isZero();
        worker.heartbeat(5, alive);

        queue.cli("SET", "{rd:0}:grace", String.valueOf(queue.now()));
        assertThat(queue.reap().get(1).toInteger()).isEqualTo(1);
        assertThat(queue.find(ids[0]).attempt()).isEqualTo(1);
        assertThat(queue.stored(elsewhere)).containsEntry("crashes", "1");
    }

    @Test
    void graceEnds() throws IOException {
        String id = queue.submit();
        queue.expire(id);
        queue.cli("SET", "{rd:0}:reaped", String.valueOf(queue.now() - LEASE - 1));
        assertThat(queue.run(QueueScripts.REAP, 200).get(1).toInteger()).isZero();

        queue.cli("SET", "{rd:0}:grace", String.valueOf(queue.now()));

        assertThat(queue.reap().get(1).toInteger()).isEqualTo(1);
        assertThat(queue.waiting()).isEqualTo(List.of(id));
    }

    @Test
    void lateNodeStillReaps() {
        String id = queue.submit();
        queue.expire(id);
        long late = 3 * QueueFixture.BEAT;
        queue.cli("SET", "{rd:0}:reaped", String.valueOf(queue.now() - late));
        assertThat(queue.run(QueueScripts.REAP, 200).get(1).toInteger()).isZero();

        // Moves all times into the past.
        queue.cli("SET", "{rd:0}:reaped", String.valueOf(queue.now() - late));
        queue.cli("SET", "{rd:0}:grace", String.valueOf(queue.now() - late + 2 * QueueFixture.BEAT));

        assertThat(queue.run(QueueScripts.REAP, 200).get(1).toInteger()).isEqualTo(1);
    }

    @Test
    void clockSetBackDoesNotStopReaping() {
        String id = queue.submit();
        queue.expire(id);
        long farAhead = queue.now() + 100 * LEASE;
        queue.cli("SET", "{rd:0}:reaped", String.valueOf(farAhead));
        queue.cli("SET", "{rd:0}:grace", String.valueOf(farAhead + 2 * QueueFixture.BEAT));
        assertThat(queue.run(QueueScripts.REAP, 200).get(0).toInteger()).isEqualTo(1);

        // The grace is one from now on.
        long grace = Long.parseLong((String) queue.cli("GET", "{rd:0}:grace"));
        assertThat(grace).isLessThanOrEqualTo(queue.now() + 2 * QueueFixture.BEAT);
        queue.cli("SET", "{rd:0}:grace", String.valueOf(queue.now()));
        assertThat(queue.reap().get(1).toInteger()).isEqualTo(1);
        assertThat(queue.waiting()).isEqualTo(List.of(id));
    }

    @Test
    void clockSetBackDoesNotKeepWorkersAlive() {
        String id = queue.submit();
        queue.silence(worker.name, -100 * LEASE);
        queue.reap();
        assertThat(Long.parseLong((String) queue.cli("ZSCORE", "{rd:0}:heartbeats", worker.name)))
                .isLessThanOrEqualTo(queue.now());

        queue.expire(id);
        queue.reap();
        assertThat(queue.waiting()).isEqualTo(List.of(id));
    }

    @Test
    void clockSetBackDoesNotHideLostMessages() throws IOException {
        String id = queue.submit();
        Attempt lost = worker.next(id);
        queue.cli(Records.set(id, "started", String.valueOf(queue.now() + 100 * LEASE)));

        assertThat(worker.heartbeat(1).takenBack()).containsExactly(lost.key());
    }

    @Test
    void clockSetBackDoesNotExtendAttempts() throws IOException {
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        queue.cli(Records.set(id, "started", String.valueOf(queue.now() + 100 * LEASE)));

        assertThat(worker.heartbeat(1, attempt).lost()).isEmpty();

        assertThat(Long.parseLong(queue.stored(id).get("started"))).isLessThanOrEqualTo(queue.now());
    }

    @Test
    void clockSetBackDoesNotHoldDelayedReports() throws IOException {
        String id = queue.submit();
        worker.finish(worker.next(id), AttemptOutcome.retry("no luck"));
        long due = queue.delayedUntil(id);
        long reaped = queue.now();
        long back = 100 * LEASE;
        queue.cli("SET", "{rd:0}:reaped", String.valueOf(reaped + back));
        queue.cli("ZADD", "{rd:0}:delayed", "XX", String.valueOf(due + back), id);

        queue.run(QueueScripts.REAP, 200);

        assertThat(queue.delayedUntil(id)).isBetween(due, due + queue.now() - reaped);
    }

    @Test
    void clockSetForwardDoesNotEndAttempts() throws IOException {
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        long forward = 100 * LEASE;
        queue.cli(Records.set(id, "started", String.valueOf(queue.now() - forward)));
        queue.silence(worker.name, forward);

        assertThat(worker.heartbeat(1, attempt).lost()).isEmpty();

        assertThat(Long.parseLong(queue.stored(id).get("started"))).isBetween(queue.now() - LEASE, queue.now());
        assertThat(worker.heartbeat(1, attempt).lost()).isEmpty();
    }

    /** Once from a dead worker, and once from one that leaves. */
    @Test
    void reportIsTriedAgainAfterASharedKeyWasDamaged() throws IOException {
        worker.heartbeat(2);
        String first = queue.submit();
        other.heartbeat(9);
        String second = queue.submit();
        queue.cli("SET", "{rd:0}:waiting", "damaged");
        queue.expireWorker(worker.name);
        queue.reap();
        other.leave();
        queue.cli("DEL", "{rd:0}:waiting");

        for (String id : List.of(first, second)) {
            assertThat(queue.delayedUntil(id)).isLessThanOrEqualTo(queue.now() + QueueFixture.BEAT);
            queue.cli("ZADD", "{rd:0}:delayed", "XX", "0", id);
        }
        queue.reap();
        assertThat(queue.waiting()).isEqualTo(List.of(first, second));
        assertThat(queue.stored(first)).containsEntry("crashes", "1");
    }

    @Test
    void workerReplacesItsDamagedKey() throws IOException {
        queue.cli("SET", "{rd:0}:worker:w", "damaged");
        String id = queue.submit();
        assertThat(queue.stored(id)).containsEntry("worker", "w");
        queue.cli("SET", "{rd:0}:worker:w", "damaged");

        worker.heartbeat(1, worker.next(id));

        assertThat(queue.free(worker)).isEqualTo("0");
        queue.assertConsistent();
    }

    @Test
    void damagedKeyOfDeadWorkerDoesNotStopTheReaper() {
        String id = queue.submit();
        queue.cli("SET", "{rd:0}:worker:w", "damaged");
        queue.expireWorker("w");

        queue.reap();

        assertThat(queue.waiting()).isEqualTo(List.of(id));
        assertThat(queue.cli("EXISTS", "{rd:0}:worker:w", "{rd:0}:leased:w")).isEqualTo(0L);
    }

    @Test
    void heartbeatListsThousandsOfAttempts() throws IOException {
        worker.heartbeat(5_000);
        List<Future<Submitted>> submitted = IntStream.range(0, 4_200)
                .mapToObj(i -> queue.start(
                        () -> queue.queue.submit(new NewReport(QueueFixture.TYPE, new JsonObject(), Buffer.buffer()))))
                .toList();
        submitted.forEach(Waiting::await);
        queue.cli("DEL", "{rd:0}:leased:w");

        assertThat(worker.heartbeat(5_000, worker.published().toArray(Attempt[]::new))
                        .lost())
                .isEmpty();
        assertThat(queue.cli("HLEN", "{rd:0}:leased:w")).isEqualTo(4_200L);
        assertThat(queue.free(worker)).isEqualTo("800");
    }

    /** Each refused call is repeated, about once a second. */
    @Test
    void outcomeIsStoredOnceThoughAnAclStopsTheScript() throws IOException {
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        int before = failedCalls();
        queue.cli("ACL", "SETUSER", "default", "-hdel");
        try {
            Future<Finished> finished = worker.startFinish(attempt, DONE, SpanContext.getInvalid(), true);
            Waiting.eventually(() -> failedCalls() > before + 1);
            queue.cli("ACL", "SETUSER", "default", "+hdel");

            assertThat(await(finished).stale()).isFalse();
            assertThat(queue.find(id).size()).isEqualTo(6);
        } finally {
            queue.cli("ACL", "SETUSER", "default", "+hdel");
        }
    }

    @Test
    void outcomeIsStoredThoughAnAclKeepsTheInput() throws IOException {
        String id = queue.submit("input");
        Attempt attempt = worker.next(id);
        queue.cli("ACL", "SETUSER", "default", "-unlink");
        try {
            assertThat(worker.finish(attempt, DONE).stale()).isFalse();
            assertThat(queue.find(id).size()).isEqualTo(6);
        } finally {
            queue.cli("ACL", "SETUSER", "default", "+unlink");
        }
        queue.cli("DEL", "{rd:0}:input:" + id);
    }

    private static int failedCalls() {
        Matcher failed = FAILED_CALLS.matcher((String) queue.cli("INFO", "commandstats"));
        return failed.find() ? Integer.parseInt(failed.group(1)) : 0;
    }

    @Test
    void heartbeatRestoresMissingLease() throws IOException {
        String id = queue.submit();
        Attempt attempt = worker.next(id);
        queue.cli("HDEL", "{rd:0}:leased:w", id);
        worker.heartbeat(1, attempt);
        queue.assertConsistent();

        queue.age(id);
        assertThat(worker.heartbeat(1).takenBack()).containsExactly(attempt.key());
    }

    @Test
    void heartbeatCorrectsFreeSlots() throws IOException {
        worker.heartbeat(4);
        Attempt attempt = worker.next(queue.submit());
        for (String slots : new String[] {"-7", "0", "1000"}) {
            queue.cli("HSET", "{rd:0}:worker:w", "slots", slots);
            queue.cli("ZADD", "{rd:0}:workers:summary", slots, "w");
            worker.heartbeat(4, attempt);
            assertThat(queue.free(worker)).isEqualTo("3");
        }
        queue.cli("DEL", "{rd:0}:worker:w", "{rd:0}:workers:summary", "{rd:0}:leased:w", "{rd:0}:heartbeats");
        worker.heartbeat(4, attempt);
        assertThat(queue.free(worker)).isEqualTo("3");
    }

    @Test
    void wrongLeaseDoesNotAffectReport() throws IOException {
        other.heartbeat(1);
        worker.heartbeat(0);
        String elsewhere = queue.submit();
        Attempt attempt = other.next(elsewhere);
        String waits = queue.submit();
        queue.cli("HSET", "{rd:0}:leased:w", elsewhere, "1", waits, "1", "0-unknown", "1");
        queue.age(elsewhere);

        assertThat(worker.heartbeat(3, new Attempt[0]).takenBack()).isEmpty();
        assertThat(queue.free(worker)).isEqualTo("2");
        assertThat(queue.find(waits).worker()).isEqualTo("w");
        queue.assertConsistent();

        queue.cli("HSET", "{rd:0}:leased:w", elsewhere, "1", "0-unknown", "1");
        worker.leave();
        queue.assertConsistent();
        assertThat(other.finish(attempt, DONE).stale()).isFalse();
    }

    @Test
    void skipsEntriesWithoutReport() throws IOException {
        queue.cli("ZADD", "{rd:0}:delayed", "1", "0-gone");
        queue.cli("ZADD", "{rd:0}:waiting:summary", "0", "0-gone");
        queue.cli("SADD", "{rd:0}:waiting", "summary");
        queue.cli("HSET", "{rd:0}:leased:w", "0-gone", "1");

        assertThat(queue.reap().get(0).toInteger()).isEqualTo(1);
        worker.heartbeat(1);

        assertThat(queue.cli("KEYS", "*gone*")).isEqualTo(List.of());
        worker.next(queue.submit());
    }

    @Test
    void trimsListByRetention() {
        String id = queue.submit();
        queue.cli("ZADD", "{rd:0}:recent", "1", "0-old");
        queue.reap();
        assertThat(queue.cli("ZRANGE", "{rd:0}:recent", "0", "-1")).isEqualTo(List.of(id));
    }

    private static void die(FakeWorker worker) throws IOException {
        worker.unsubscribe();
        queue.cli("ZREM", "{rd:0}:workers:summary", worker.name);
    }

    private static void assertForgotten(FakeWorker worker) {
        Map<String, Object> known = Map.of(
                "workers",
                queue.cli("ZSCORE", "{rd:0}:workers:summary", worker.name) == null,
                "heartbeats",
                queue.cli("ZSCORE", "{rd:0}:heartbeats", worker.name) == null,
                "record",
                queue.cli("EXISTS", "{rd:0}:worker:" + worker.name).equals(0L),
                "leased",
                queue.cli("EXISTS", "{rd:0}:leased:" + worker.name).equals(0L));
        assertThat(known.values()).as("%s", known).containsOnly(true);
    }

    private static RunningAttempt waiting(String id) {
        return new RunningAttempt(id, 1, -1, true, false, SpanContext.getInvalid());
    }

    private static RunningAttempt inHand(String id, double progress, boolean finishing) {
        return new RunningAttempt(id, 1, progress, false, finishing, SpanContext.getInvalid());
    }
}
