package io.redistributed.queue;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs random sequences of operations on the scripts in a real Redis and on a model in Java, and compares replies,
 * messages and stored data after every step. The shortest failing sequence is shrunk.
 * {@code -Dredistributed.model.seed=N} runs the one sequence of that seed.
 */
@Tag("slow")
class QueueModelTest {

    private static final int SEQUENCES = 8;
    private static final int STEPS = 1_000;
    private static final int ENOUGH_FAILURES = 3;
    private static final int MAX_STEPS_TO_THE_END = 500;
    private static final String SEED = "redistributed.model.seed";

    /** By turns: reports that are soon over and forgotten; reports that are tried for long, but not with two workers. */
    private static final List<QueueSettings> RULES = List.of(
            new QueueSettings(
                    1,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(25),
                    3,
                    2,
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(3),
                    300,
                    RandomOperations.MANY,
                    false),
            new QueueSettings(
                    1,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    3,
                    1,
                    Duration.ofMinutes(40),
                    Duration.ofHours(2),
                    1_000,
                    RandomOperations.MANY,
                    false));

    /** Replies and outcomes by {@link #shape} that the random operations must cover. */
    private static final List<String> TO_BE_SEEN = List.of(
            "SubmitAll [accepted]",
            "SubmitAll [[known, r, r]]",
            "SubmitAll [[conflict, r]]",
            "SubmitAll [full]",
            "FinishAll [[ok], [[x]]]",
            "FinishAll [[stale], [[x]]]",
            "Heartbeat [[x], [], [], [], [], [], []]",
            "Heartbeat [[x], [], [], [], [], [], [x]]",
            "Heartbeat [[], [x], [], [], [], [], []]",
            "Heartbeat [[], [], [x], [], [], [], []]",
            "Heartbeat [[], [], [], [x], [], [], []]",
            "Heartbeat [[], [], [], [], [t], [], []]",
            "Heartbeat [[], [], [], [], [], [[t, w]], []]",
            "Reap [0, 0, 0, 0, 0, [], n, n]",
            "Reap [n, n, 0, n, 0, [], n, n]",
            "Reap [n, 0, n, 0, 0, [], n, n]",
            "Reap [n, 0, 0, n, 0, [], n, n]",
            "Leave n",
            "Cancel cancelled",
            "Cancel cancelling",
            "Cancel ended",
            "Retry ok",
            "Retry full",
            "Retry running",
            "done, null",
            "failed, no luck",
            "failed, worker w was lost, or exceeded the time limit",
            "failed, sent to workers n times, but no worker ran it",
            "cancelled, null",
            "cancelled, no luck");

    private static RedisServer server;
    private static RealQueue redis;

    private final Set<String> seen = new TreeSet<>();

    @BeforeAll
    static void start() throws IOException {
        server = RedisKind.ON_THE_PATH.start();
        redis = new RealQueue(server.port());
    }

    @AfterAll
    static void stop() throws IOException {
        redis.close();
        server.close();
    }

    @Test
    void scriptsMatchModel() throws IOException {
        int first = Integer.getInteger(SEED, new Random().nextInt(1_000_000));
        int sequences = System.getProperty(SEED) == null ? SEQUENCES : 1;
        System.out.printf("QueueModelTest: %d sequences of %d steps, seeds from %d%n", sequences, STEPS, first);
        List<Failure> failures = new ArrayList<>();
        for (int seed = first; seed < first + sequences && failures.size() < ENOUGH_FAILURES; seed++) {
            run(seed).ifPresent(failures::add);
        }
        Optional<Failure> shortest = failures.stream().min(comparing(failure -> failure.operations.size()));
        if (shortest.isPresent()) {
            throw shortest.get().explained();
        }
        if (sequences == SEQUENCES) {
            assertThat(seen).containsAll(TO_BE_SEEN);
        }
    }

    private Optional<Failure> run(int seed) throws IOException {
        Comparison comparison = new Comparison(redis, settings(seed));
        RandomOperations random = new RandomOperations(new Random(seed), comparison.model, settings(seed));
        try {
            for (int i = 0; i < STEPS; i++) {
                step(comparison, random, random.next());
            }
            for (int i = 0; random.unfinished() > 0; i++) {
                assertThat(i).as("steps to the end of all reports").isLessThan(MAX_STEPS_TO_THE_END);
                step(comparison, random, random.nextToTheEnd());
            }
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(new Failure(seed, comparison.operations, e));
        }
    }

    private void step(Comparison comparison, RandomOperations random, Operation operation) throws IOException {
        RealQueue.Step step = comparison.run(operation);
        random.happened(operation, step.reply(), step.published());
        seen.add(operation.getClass().getSimpleName() + " " + shape(step.reply()));
        for (String message : step.published()) {
            if (message.startsWith("ended ")) {
                for (String id : message.substring("ended ".length()).split(" ")) {
                    ModelReport report = comparison.model.partition.reports.get(id);
                    seen.add(report.state.text() + ", " + shape(report.error));
                }
            }
        }
    }

    private static QueueSettings settings(int seed) {
        return RULES.get(seed % RULES.size());
    }

    /** Reports, messages and workers without their numbers; numbers as 0 or n. */
    private static String shape(Object of) {
        return String.valueOf(of)
                .replaceAll("--\\w", "")
                .replaceAll("r\\d+#\\d+( no \\d+)?( after [^,\\]]*)?", "x")
                .replaceAll("(trace of )?r\\d+", "r")
                .replaceAll("worker w\\d", "worker w")
                .replaceAll("\\[t\\d, w\\d](, \\[t\\d, w\\d])*", "[t, w]")
                .replaceAll("t\\d(, t\\d)*", "t")
                .replaceAll("[1-9]\\d*", "n")
                .replaceAll("x(, x)+", "x");
    }

    private record Failure(int seed, List<Operation> operations, AssertionError found) {

        AssertionError explained() throws IOException {
            List<Operation> smallest = new Shrinking(operations, this::failingPart).smallest();
            Comparison comparison = new Comparison(redis, settings(seed));
            AssertionError failure = replay(comparison, smallest).orElse(found);
            List<String> story = comparison.story;
            String numbered = IntStream.range(0, story.size())
                    .mapToObj(i -> "%3d  %s%n".formatted(i + 1, story.get(i)))
                    .collect(Collectors.joining());
            return new AssertionError(
                    "%d of %d operations of seed %d (-D%s=%d) are enough to fail:%n%s"
                            .formatted(story.size(), operations.size(), seed, SEED, seed, numbered),
                    failure);
        }

        private List<Operation> failingPart(List<Operation> operations) {
            try {
                Comparison comparison = new Comparison(redis, settings(seed));
                return replay(comparison, operations).isPresent() ? comparison.operations : List.of();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Optional<AssertionError> replay(Comparison comparison, List<Operation> operations)
                throws IOException {
            try {
                for (Operation operation : operations) {
                    comparison.run(operation);
                }
                return Optional.empty();
            } catch (AssertionError failure) {
                return Optional.of(failure);
            }
        }
    }
}
