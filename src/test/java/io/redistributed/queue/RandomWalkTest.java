package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Thousands of random events: submissions, outcomes in and out of turn, beats that forget, deaths, clocks that run out,
 * reports that nobody wants and such as are wanted again.
 * After each of them every report is in exactly one place, and what has ended stays as it ended.
 */
class RandomWalkTest {

    private static final int STEPS = 3_000;
    private static final int MOST_UNFINISHED = 25;

    private final Random random;
    private final long seed;
    private final List<FakeWorker> workers = new ArrayList<>();
    private final Map<FakeWorker, List<Attempt>> inHand = new HashMap<>();
    private final List<Attempt> everSeen = new ArrayList<>();
    private final List<FakeWorker> seenBy = new ArrayList<>();
    private final List<String> unfinished = new ArrayList<>();
    private final Map<String, Map<String, String>> ended = new HashMap<>();
    private QueueFixture queue;

    RandomWalkTest() {
        seed = new Random().nextLong();
        random = new Random(seed);
    }

    @Test
    void everyReportIsInOnePlaceWhateverHappens() throws IOException {
        System.out.println("RandomWalkTest: seed " + seed);
        try (QueueFixture fixture = new QueueFixture(RedisKind.ON_THE_PATH.start(), QueueFixture.RULES)) {
            queue = fixture;
            for (int i = 0; i < 4; i++) {
                FakeWorker worker = queue.worker("w" + i);
                workers.add(worker);
                inHand.put(worker, new ArrayList<>());
            }
            for (int step = 0; step < STEPS; step++) {
                String did = step();
                try {
                    assertOutcomesStand(queue.assertConsistent());
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + ", step " + step + ", after " + did, e);
                }
            }
            assertThat(ended).hasSizeGreaterThan(100);
            runDry();
            assertThat(queue.waiting()).isEmpty();
            assertThat(unfinished).isEmpty();
        }
    }

    private String step() throws IOException {
        FakeWorker worker = any(workers);
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> {
                if (unfinished.size() < MOST_UNFINISHED) {
                    unfinished.add(queue.submit());
                }
                return "submit";
            }
            case 3, 4 -> {
                return finish(worker, Outcome.done(Buffer.buffer("by " + worker.name), "text/plain"));
            }
            case 5 -> {
                return finish(worker, Outcome.retry("no luck"));
            }
            case 6 -> {
                return finish(worker, Outcome.failed("never"));
            }
            case 7 -> {
                return repeatAnOutcome();
            }
            case 8, 9 -> {
                return beat(worker);
            }
            case 10 -> {
                return ageAll();
            }
            case 11 -> {
                return expireOne();
            }
            case 12 -> {
                queue.reap();
                return "reap";
            }
            case 13 -> {
                return cancelOne();
            }
            case 14 -> {
                return retryOne();
            }
            default -> {
                return comeOrGo(worker);
            }
        }
    }

    private String finish(FakeWorker worker, Outcome outcome) {
        List<Attempt> attempts = inHand.get(worker);
        if (attempts.isEmpty()) {
            return "nothing";
        }
        Attempt attempt = attempts.remove(random.nextInt(attempts.size()));
        Finished finished = worker.finish(attempt, outcome, random.nextInt(4) > 0);
        finished.next().map(FakeWorker::attempt).ifPresent(next -> seen(worker, next));
        return worker.name + " " + outcome.kind() + " " + attempt.key();
    }

    private String repeatAnOutcome() {
        if (everSeen.isEmpty()) {
            return "nothing";
        }
        int which = random.nextInt(everSeen.size());
        FakeWorker worker = seenBy.get(which);
        Attempt attempt = everSeen.get(which);
        inHand.get(worker).remove(attempt);
        worker.finish(attempt, Outcome.done(Buffer.buffer("again"), "text/plain"), false);
        return worker.name + " repeats " + attempt.key();
    }

    private String beat(FakeWorker worker) throws IOException {
        List<Attempt> attempts = inHand.get(worker);
        hear(worker);
        if (random.nextInt(5) == 0 && !attempts.isEmpty()) {
            attempts.remove(random.nextInt(attempts.size()));
        }
        Beat beat = worker.beat(random.nextInt(6), attempts.toArray(Attempt[]::new));
        attempts.removeIf(attempt -> beat.lost().contains(attempt.key()));
        beat.messages().forEach(message -> seen(worker, FakeWorker.attempt(message)));
        return "beat of " + worker.name;
    }

    private String ageAll() {
        unfinished.stream()
                .filter(id -> queue.stored(id).containsKey("started"))
                .forEach(queue::age);
        return "a beat's time passes";
    }

    private String expireOne() {
        if (!unfinished.isEmpty()) {
            String id = any(unfinished);
            queue.expire(id);
            queue.cli("ZADD", "{rd:0}:delayed", "XX", "1", id);
        }
        return "time runs out";
    }

    private String cancelOne() {
        if (unfinished.isEmpty()) {
            return "nothing";
        }
        String id = any(unfinished);
        return queue.get(() -> queue.queue.cancel(id)) + " " + id;
    }

    private String retryOne() {
        List<String> givenUp = ended.keySet().stream()
                .filter(id -> !ended.get(id).get("state").equals("done"))
                .toList();
        if (givenUp.isEmpty() || unfinished.size() >= MOST_UNFINISHED) {
            return "nothing";
        }
        String id = any(givenUp);
        assertThat(queue.get(() -> queue.queue.retry(id))).isTrue();
        ended.remove(id);
        unfinished.add(id);
        return "retry of " + id;
    }

    private String comeOrGo(FakeWorker worker) throws IOException {
        if (random.nextBoolean()) {
            worker.leave();
            inHand.get(worker).clear();
            return "leave of " + worker.name;
        }
        queue.cli("ZADD", "{rd:0}:beats", "XX", "1", worker.name);
        inHand.get(worker).clear();
        return "death of " + worker.name;
    }

    /** The published messages, of which one may be lost. */
    private void hear(FakeWorker worker) throws IOException {
        for (Attempt attempt : worker.published()) {
            if (random.nextInt(10) > 0) {
                seen(worker, attempt);
            }
        }
    }

    private void seen(FakeWorker worker, Attempt attempt) {
        inHand.get(worker).add(attempt);
        everSeen.add(attempt);
        seenBy.add(worker);
    }

    private void assertOutcomesStand(Set<String> over) {
        assertThat(over).containsAll(ended.keySet());
        for (String id : over) {
            if (unfinished.remove(id)) {
                ended.put(id, queue.stored(id));
            }
        }
        if (!ended.isEmpty()) {
            String id = any(List.copyOf(ended.keySet()));
            assertThat(queue.stored(id)).isEqualTo(ended.get(id));
        }
    }

    /** One worker is enough to end all there is. */
    private void runDry() throws IOException {
        for (FakeWorker worker : workers) {
            worker.leave();
        }
        FakeWorker last = workers.get(0);
        List<Attempt> attempts = new ArrayList<>();
        while (!unfinished.isEmpty()) {
            unfinished.forEach(id -> queue.cli("ZADD", "{rd:0}:delayed", "XX", "1", id));
            queue.reap();
            last.beat(MOST_UNFINISHED, attempts.toArray(Attempt[]::new))
                    .messages()
                    .forEach(message -> attempts.add(FakeWorker.attempt(message)));
            attempts.addAll(last.published());
            attempts.forEach(attempt -> last.finish(attempt, Outcome.done(Buffer.buffer("last"), "text/plain"), false));
            attempts.clear();
            assertOutcomesStand(queue.assertConsistent());
        }
        for (Map.Entry<String, Map<String, String>> entry : ended.entrySet()) {
            assertThat(queue.stored(entry.getKey())).isEqualTo(entry.getValue());
        }
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
