package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Owners whose reports wait take turns. */
class TurnsTest extends OnEveryRedis {

    private static final Owner A = Owner.of("key:a");
    private static final Owner B = Owner.of("key:b");
    private static final Owner C = Owner.of("key:c");
    private static final Owner NONE = Owner.NONE;
    private static final AttemptOutcome DONE = AttemptOutcome.done(Buffer.buffer(), "text/plain");

    @Test
    void manyReportsOfHighPriorityDoNotHoldUpAnothersFirst() throws IOException {
        submit(A, 1500, QueueFixture.TYPE, 9);
        FakeWorker worker = queue.worker("w");
        List<Attempt> running = attempts(worker.heartbeat(4));
        submit(B, 20);

        List<Attempt> next = new ArrayList<>();
        for (Attempt attempt : running) {
            next.add(next(worker, attempt));
        }

        assertThat(rounds(owners(next), 2, 2)).isEqualTo("AB AB");
    }

    @Test
    void eachHasOneReportInEachRound() throws IOException {
        submit(A, 6);
        submit(B, 1);
        submit(C, 3);

        assertThat(rounds(owners(attempts(queue.worker("w").heartbeat(10))), 3, 2, 2, 1, 1, 1))
                .isEqualTo("ABC AC AC A A A");
    }

    @Test
    void turnsGoOnInTheNextCall() throws IOException {
        submit(A, 4);
        submit(B, 4);
        submit(C, 4);
        FakeWorker worker = queue.worker("w");
        List<Attempt> taken = attempts(worker.heartbeat(1));
        while (taken.size() < 12) {
            taken.add(next(worker, taken.get(taken.size() - 1)));
        }

        assertThat(rounds(owners(taken), 3, 3, 3, 3)).isEqualTo("ABC ABC ABC ABC");
    }

    @Test
    void anOwnerOfManyTypesHasOneTurn() throws IOException {
        for (String type : List.of("t1", "t2", "t3", "t4", "t5")) {
            submit(A, 4, type, 0);
        }
        submit(B, 6, "t1", 0);

        List<Attempt> taken =
                attempts(queue.worker("w").has("t1", "t2", "t3", "t4", "t5").heartbeat(10));

        assertThat(rounds(owners(taken), 2, 2, 2, 2, 2)).isEqualTo("AB AB AB AB AB");
        assertThat(queue.get(queue.queue::types).get("t1").waiting()).isEqualTo(1);
    }

    @Test
    void priorityAndTimeOrderTheReportsOfOneOwner() throws IOException {
        String later = submit(A, 1).get(0);
        String first = submit(A, 1, QueueFixture.TYPE, 5).get(0);
        submit(B, 2);

        List<Attempt> taken = attempts(queue.worker("w").heartbeat(4));

        assertThat(taken).extracting(Attempt::id).filteredOn(A::owns).containsExactly(first, later);
    }

    @Test
    void ownerWhoWaitsWithOneReportAtATimeHasEverySecondTurn() throws IOException {
        submit(A, 10);
        submit(B, 1);
        FakeWorker worker = queue.worker("w");
        List<Attempt> taken = attempts(worker.heartbeat(1));
        while (taken.size() < 10) {
            Attempt last = taken.get(taken.size() - 1);
            if (B.owns(last.id())) {
                submit(B, 1);
            }
            taken.add(next(worker, last));
        }

        assertThat(rounds(owners(taken), 2, 2, 2, 2, 2)).isEqualTo("AB AB AB AB AB");
    }

    @Test
    void reportsWithoutOwnerTakeTurnsToo() throws IOException {
        submit(A, 3);
        submit(NONE, 3);

        assertThat(rounds(owners(attempts(queue.worker("w").heartbeat(6))), 2, 2, 2))
                .isEqualTo("-A -A -A");
    }

    @Test
    void newReportsDoNotOvertakeThoseOfOthers() throws IOException {
        FakeWorker worker = queue.worker("w");
        submit(A, 1);
        queue.cli("ZADD", "{rd:0}:heartbeats", String.valueOf(queue.now()), worker.name);
        queue.cli("HSET", "{rd:0}:worker:" + worker.name, "slots", "2", "types", QueueFixture.TYPE, "info", "{}");
        queue.cli("ZADD", "{rd:0}:workers:" + QueueFixture.TYPE, "2", worker.name);
        queue.cli("ZADD", "{rd:0}:typesets", String.valueOf(queue.now()), QueueFixture.TYPE);

        submit(B, 1);

        worker.assertNothingPublished();
        assertThat(owners(attempts(worker.heartbeat(1)))).hasSize(1);
    }

    @Test
    void requeuedReportsAreTheFirstOfTheirOwner() throws IOException {
        submit(A, 3);
        submit(B, 3);
        FakeWorker lost = queue.worker("lost");
        List<Attempt> before = attempts(lost.heartbeat(2));
        lost.leave();

        List<Attempt> taken = attempts(queue.worker("w").heartbeat(6));

        assertThat(rounds(owners(taken), 2, 2, 2)).isEqualTo("AB AB AB");
        assertThat(taken.subList(0, 2))
                .extracting(Attempt::id)
                .containsExactlyInAnyOrderElementsOf(
                        before.stream().map(Attempt::id).toList());
    }

    @Test
    void retriedAndDueReportsWaitForTheirOwnersTurn() throws IOException {
        FakeWorker worker = queue.worker("w");
        worker.heartbeat(2);
        submit(B, 2);
        worker.finish(worker.next(), AttemptOutcome.failed("no"), false);
        Attempt delayed = worker.next();
        worker.finish(delayed, AttemptOutcome.retry("not yet"), false);
        worker.heartbeat(0);
        submit(A, 4);
        queue.cli("ZADD", "{rd:0}:delayed", "XX", "0", delayed.id());
        queue.reap();
        String failed = submitted(B, delayed.id());
        assertThat(queue.get(() -> queue.queue.retry(failed))).isTrue();

        assertThat(rounds(owners(attempts(worker.heartbeat(6))), 2, 2, 1, 1)).isEqualTo("AB AB A A");
    }

    @Test
    void cancelledReportsLeaveNoQueue() throws IOException {
        List<String> ids =
                Stream.concat(submit(A, 2).stream(), submit(B, 2).stream()).toList();
        attempts(queue.worker("w").heartbeat(1));
        assertThat(queue.cli("EXISTS", "{rd:0}:turns")).isEqualTo(1L);

        ids.forEach(id -> queue.get(() -> queue.queue.cancel(id)));

        assertThat((List<?>) queue.cli("KEYS", "{rd:0}:waiting*")).isEmpty();
        assertThat(queue.cli("EXISTS", "{rd:0}:turns")).isEqualTo(0L);
    }

    @Test
    void figuresAreOfAllOwners() throws IOException {
        submit(A, 1, QueueFixture.TYPE, 9);
        submit(NONE, 2);
        String oldest = submit(B, 1).get(0);
        submit(C, 1);
        String hourAgo = String.valueOf((queue.now() - 3_600_000) * 1000);
        queue.cli(Records.set(oldest, "created", hourAgo));
        queue.cli("ZADD", "{rd:0}:waiting:" + QueueFixture.TYPE + " " + B.tag().substring(1), "XX", hourAgo, oldest);

        QueueFigures figures = queue.get(queue.queue::figures);

        assertThat(figures.waiting()).isEqualTo(5);
        assertThat(figures.waited()).isBetween(Duration.ofHours(1), Duration.ofHours(2));
    }

    @Test
    void oneOwnerCannotTakeAllPlaces(Vertx vertx) throws IOException {
        try (QueueFixture small = new QueueFixture(vertx, kind.start(), QueueFixture.withMaxWaiting(9))) {
            submit(small, A, 8, QueueFixture.TYPE, 0);
            Object before = small.cli("DBSIZE");

            assertThatThrownBy(() -> submit(small, A, 1, QueueFixture.TYPE, 0))
                    .isInstanceOf(QueueFullException.class)
                    .hasMessageContaining("at most 9 reports wait, and of one caller at most 8 for each free place");
            assertThat(small.cli("DBSIZE")).isEqualTo(before);
            submit(small, B, 1, QueueFixture.TYPE, 0);
            assertThatThrownBy(() -> submit(small, B, 1, QueueFixture.TYPE, 0)).isInstanceOf(QueueFullException.class);
            small.assertConsistent();
        }
    }

    @Test
    void numberOfQueuesIsBounded() throws IOException {
        queue.cli(
                "EVAL", "for i = 1, 1000 do redis.call('SADD', KEYS[1], 't' .. i .. ' a') end", "1", "{rd:0}:waiting");

        assertThatThrownBy(() -> submit(A, 1)).isInstanceOf(QueueFullException.class);

        assertThat((List<?>) queue.cli("KEYS", "{rd:0}:report:*")).isEmpty();
        queue.cli("DEL", "{rd:0}:waiting");
    }

    static Stream<List<String>> damage() {
        return Stream.of(
                List.of("SET", "{rd:0}:turns", "nobody nobody  x"),
                List.of("RPUSH", "{rd:0}:turns", "x"),
                List.of("SADD", "{rd:0}:waiting", QueueFixture.TYPE + " gone", QueueFixture.TYPE + "  ", " x"));
    }

    @ParameterizedTest
    @MethodSource
    void damage(List<String> command) throws IOException {
        submit(A, 2);
        submit(B, 2);
        queue.cli(command.toArray(String[]::new));

        FakeWorker worker = queue.worker("w");
        List<Attempt> taken = attempts(worker.heartbeat(4));

        assertThat(rounds(owners(taken), 2, 2)).isEqualTo("AB AB");
        queue.cli("SREM", "{rd:0}:waiting", " x");
        queue.cli("DEL", "{rd:0}:turns");
    }

    /** The next report of the worker, after it has made one. */
    private static Attempt next(FakeWorker worker, Attempt made) {
        return FakeWorker.attempt(worker.finish(made, DONE).next().orElseThrow());
    }

    private static List<String> submit(Owner owner, int count) {
        return submit(owner, count, QueueFixture.TYPE, 0);
    }

    private static List<String> submit(Owner owner, int count, String type, int priority) {
        return submit(queue, owner, count, type, priority);
    }

    private static List<String> submit(QueueFixture queue, Owner owner, int count, String type, int priority) {
        NewReport report = new NewReport(type, new JsonObject(), Buffer.buffer(), null, priority).ownedBy(owner);
        return queue
                .get(() -> Future.all(IntStream.range(0, count)
                        .mapToObj(i -> queue.queue.submit(report))
                        .toList()))
                .<Submitted>list()
                .stream()
                .map(Submitted::id)
                .toList();
    }

    /** The id of the other report of the owner. */
    private static String submitted(Owner owner, String not) {
        return ((List<?>) queue.cli("KEYS", "{rd:0}:report:*"))
                .stream()
                        .map(key -> key.toString().substring("{rd:0}:report:".length()))
                        .filter(id -> owner.owns(id) && !id.equals(not))
                        .findFirst()
                        .orElseThrow();
    }

    private static List<Attempt> attempts(Heartbeat heartbeat) {
        return heartbeat.messages().stream().map(FakeWorker::attempt).collect(Collectors.toCollection(ArrayList::new));
    }

    private static String owners(List<Attempt> attempts) {
        StringBuilder owners = new StringBuilder();
        for (Attempt attempt : attempts) {
            owners.append(A.owns(attempt.id()) ? 'A' : B.owns(attempt.id()) ? 'B' : C.owns(attempt.id()) ? 'C' : '-');
        }
        return owners.toString();
    }

    /** Splits into parts of these lengths, each in alphabetical order: who is the first of a round is not defined. */
    private static String rounds(String owners, int... lengths) {
        StringBuilder rounds = new StringBuilder();
        int from = 0;
        for (int length : lengths) {
            int to = Math.min(owners.length(), from + length);
            owners.substring(from, to).chars().sorted().forEach(owner -> rounds.append((char) owner));
            rounds.append(' ');
            from = to;
        }
        return rounds.append(owners.substring(from)).toString().trim();
    }
}
