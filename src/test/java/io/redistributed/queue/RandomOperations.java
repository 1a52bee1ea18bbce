package io.redistributed.queue;

import io.redistributed.queue.Operation.Cancel;
import io.redistributed.queue.Operation.Finish;
import io.redistributed.queue.Operation.FinishAll;
import io.redistributed.queue.Operation.Heartbeat;
import io.redistributed.queue.Operation.Leave;
import io.redistributed.queue.Operation.Listen;
import io.redistributed.queue.Operation.Pass;
import io.redistributed.queue.Operation.Reap;
import io.redistributed.queue.Operation.Retry;
import io.redistributed.queue.Operation.Running;
import io.redistributed.queue.Operation.Submit;
import io.redistributed.queue.Operation.SubmitAll;
import io.redistributed.queue.Operation.Workers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Generates random operations: workers that mostly report their attempts correctly, but lose messages and replies,
 * forget, repeat, are late, and stop. The frequency of each is drawn once, so that some sequences are mostly losses,
 * some mostly cancellations, and some nearly normal.
 */
final class RandomOperations {

    static final int MANY = 1_000;
    static final List<String> WORKERS = List.of("w1", "w2", "w3");

    private static final List<Integer> SIZES = List.of(1, 1, 1, 2, 5);
    private static final List<String> TYPES = List.of("t1", "t2");
    private static final List<List<String>> TYPE_SETS =
            List.of(TYPES, TYPES, List.of("t1"), List.of("t2"), List.of("t0", "t2"), List.of());
    /** Ends of ids. */
    private static final List<List<String>> OWNERS =
            List.of(List.of(""), List.of("--a"), List.of("--a", "--b"), List.of("", "--a", "--b", "--b", "--c"));

    private static final List<String> OUTCOMES = List.of("done", "failed", "retry", "crashed", "cancelled");
    private static final List<String> OUTCOMES_OF_UNWANTED = List.of("cancelled", "cancelled", "done", "retry");
    private static final List<String> MOSTLY_RETRY = List.of("retry", "retry", "retry", "done");

    private final Random random;
    private final QueueModel model;
    private final long interval;
    private final long lease;
    private final long longestPause;
    private final List<Long> pauses;
    private final int mostUnfinished;
    private final List<String> outcomes;
    /** How often a worker that has finished takes the next report at once. */
    private final double more;

    private final List<String> owners;
    private final int toLose;
    private double loss;
    private final List<Supplier<Optional<Operation>>> choices = new ArrayList<>();

    private final Map<String, List<Running>> leases = new HashMap<>();
    /** Types of each worker's latest heartbeat. */
    private final Map<String, List<String>> types = new HashMap<>();

    private final boolean sameTypes;
    private final List<Submit> submitted = new ArrayList<>();
    private final List<Running> everLeased = new ArrayList<>();
    private final List<Finish> finished = new ArrayList<>();
    /** Of the latest message that each worker has seen. */
    private final Map<String, Long> latest = new HashMap<>();

    private int toTheEnd;

    RandomOperations(Random random, QueueModel model, QueueSettings settings) {
        this.random = random;
        this.model = model;
        this.interval = settings.heartbeatInterval().toMillis();
        this.lease = settings.lease().toMillis();
        this.pauses = new ArrayList<>(List.of(1L, settings.backoff().toMillis(), interval - 1, interval, interval + 1));
        if (random.nextInt(3) > 0) {
            pauses.addAll(List.of(interval * 5 / 2, lease, 2 * lease, 4 * lease));
        }
        this.longestPause = 64 * settings.backoff().toMillis();
        this.loss = any(List.of(0.0, 0.1, 0.5, 1.0));
        this.toLose = random.nextInt(3) > 0 ? 0 : 50;
        this.outcomes = any(List.of(OUTCOMES, MOSTLY_RETRY));
        this.more = any(List.of(0.0, 0.8, 1.0));
        this.mostUnfinished = any(List.of(2, 5, 10));
        this.sameTypes = random.nextBoolean();
        this.owners = any(OWNERS);
        WORKERS.forEach(worker -> {
            leases.put(worker, new ArrayList<>());
            types.put(worker, sameTypes ? TYPES : any(TYPE_SETS));
        });
        often(25, this::submit);
        often(30, this::finish);
        often(20, this::heartbeat);
        often(8, () -> Optional.of(new Reap(random.nextInt(4) > 0 ? MANY : 1 + random.nextInt(3))));
        often(4, () -> Optional.of(new Cancel(anyId())));
        often(4, () -> Optional.of(new Retry(anyId(), mostWaiting())));
        often(1, () -> Optional.of(new Workers()));
        often(1, () -> Optional.of(leave(any(WORKERS))));
        often(1, () -> Optional.of(vanish(any(WORKERS))));
        often(3, () -> Optional.of(new Listen(any(WORKERS), true)));
        often(10, () -> Optional.of(new Pass(any(pauses))));
        often(random.nextInt(3) == 0 ? 1 : 0, () -> Optional.of(new Pass(-any(pauses))));
    }

    private void often(int times, Supplier<Optional<Operation>> choice) {
        for (int i = (int) (times * any(List.of(0.2, 1.0, 1.0, 4.0)) + 0.9); i > 0; i--) {
            choices.add(choice);
        }
    }

    Operation next() {
        return Stream.generate(() -> any(choices).get())
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow();
    }

    /** Passes the result of the operation to the workers, unless it is lost. */
    void happened(Operation operation, Object reply, List<String> published) {
        for (String message : published) {
            String[] parts = message.split("[: ]", 3);
            if (parts[0].equals("worker")) {
                receive(parts[1], parts[2]);
            }
        }
        if (operation instanceof Heartbeat heartbeat) {
            List<?> answer = (List<?>) reply;
            leases.get(heartbeat.worker()).removeIf(running -> ((List<?>) answer.get(0)).contains(running.key()));
            ((List<?>) answer.get(2)).forEach(message -> receive(heartbeat.worker(), message));
        } else if (operation instanceof FinishAll finish) {
            List<?> messages = (List<?>) ((List<?>) reply).get(1);
            for (int i = 0; i < messages.size(); i++) {
                String worker = finish.workers().get(i);
                ((List<?>) messages.get(i)).forEach(message -> receive(worker, message));
            }
        }
    }

    private void receive(String worker, Object message) {
        Running running = Running.of(message);
        everLeased.add(running);
        if (random.nextDouble() >= loss) {
            leases.get(worker).add(running);
            latest.put(worker, Messages.sequence(message));
        }
    }

    private Optional<Operation> submit() {
        List<Submit> reports = new ArrayList<>();
        for (int i = any(SIZES); i > 0; i--) {
            if (random.nextInt(20) == 0 && !submitted.isEmpty()) {
                reports.add(any(submitted));
            } else if (unfinished() + reports.size() < mostUnfinished) {
                reports.add(newReport());
            }
        }
        return reports.isEmpty() ? Optional.empty() : Optional.of(new SubmitAll(reports, mostWaiting()));
    }

    private Submit newReport() {
        boolean keyed = random.nextInt(3) == 0;
        Submit submit = new Submit(
                "r" + (submitted.size() + 1) + any(owners),
                any(TYPES),
                keyed ? any(List.of("k1", "k2", "k3")) : "",
                keyed ? any(List.of("A", "A", "A", "B")) : "",
                any(List.of(0, 0, 0, 1, 3)),
                any(List.of(0L, 0L, 5_000L, 60_000L)),
                random.nextBoolean());
        submitted.add(submit);
        return submit;
    }

    private Optional<Operation> finish() {
        List<Finish> attempts = new ArrayList<>();
        for (int i = any(SIZES); i > 0; i--) {
            finishOne().ifPresent(attempts::add);
        }
        return attempts.isEmpty() ? Optional.empty() : Optional.of(new FinishAll(attempts));
    }

    private Optional<Finish> finishOne() {
        if (random.nextInt(10) == 0) {
            return random.nextBoolean() ? outOfTurn() : sayAgain();
        }
        String worker = any(WORKERS);
        List<Running> own = leases.get(worker);
        if (own.isEmpty()) {
            return Optional.empty();
        }
        Running running = own.remove(random.nextInt(own.size()));
        if (random.nextInt(10) == 0) {
            own.add(new Running(running.id(), running.attempt(), "finishing"));
        }
        boolean unwanted = model.partition
                .find(running.id())
                .filter(r -> r.cancelled != null)
                .isPresent();
        String outcome = any(unwanted ? OUTCOMES_OF_UNWANTED : outcomes);
        return Optional.of(say(new Finish(
                worker, running.id(), running.attempt(), outcome, random.nextDouble() < more, types.get(worker))));
    }

    /** Late, or of what another worker holds. */
    private Optional<Finish> outOfTurn() {
        if (everLeased.isEmpty()) {
            return Optional.empty();
        }
        Running running = recent(everLeased);
        String worker = any(WORKERS);
        return Optional.of(say(new Finish(
                worker, running.id(), running.attempt(), any(OUTCOMES), random.nextBoolean(), types.get(worker))));
    }

    private Optional<Finish> sayAgain() {
        return finished.isEmpty() ? Optional.empty() : Optional.of(recent(finished));
    }

    private Finish say(Finish finish) {
        finished.add(finish);
        return finish;
    }

    private Optional<Operation> heartbeat() {
        String worker = any(WORKERS);
        List<Running> own = leases.get(worker);
        if (random.nextInt(8) == 0 && !own.isEmpty()) {
            own.remove(random.nextInt(own.size()));
        }
        List<Running> reported = new ArrayList<>();
        own.forEach(running -> reported.add(new Running(
                running.id(), running.attempt(), any(List.of(running.progress(), "0.5", "waiting", "finishing")))));
        if (random.nextInt(8) == 0 && !everLeased.isEmpty()) {
            reported.add(recent(everLeased));
        }
        if (!sameTypes && random.nextInt(8) == 0) {
            types.put(worker, any(TYPE_SETS));
        }
        String description = random.nextInt(3) > 0 ? null : any(List.of("old", "new"));
        return Optional.of(new Heartbeat(
                worker,
                any(List.of(0, 1, 2, 2, 3, 3)),
                seen(worker),
                types.get(worker),
                description,
                List.copyOf(reported)));
    }

    /** Sometimes Redis has lost its counters. */
    private long seen(String worker) {
        return latest.getOrDefault(worker, 0L) + (random.nextInt(20) == 0 ? 5 : 0);
    }

    private Operation leave(String worker) {
        leases.get(worker).clear();
        return new Leave(worker);
    }

    /** Dies; a worker that returns under its name knows nothing. */
    private Operation vanish(String worker) {
        leases.get(worker).clear();
        return new Listen(worker, false);
    }

    private String anyId() {
        List<String> stored = List.copyOf(model.partition.reports.keySet());
        return stored.isEmpty() || random.nextInt(20) == 0 ? "unknown" : any(stored);
    }

    private int mostWaiting() {
        return random.nextInt(4) > 0 ? MANY : random.nextInt(3);
    }

    /**
     * Operations that end all reports if repeated: one correct worker, which sometimes loses all messages first.
     */
    Operation nextToTheEnd() {
        String last = WORKERS.get(0);
        List<Running> own = leases.get(last);
        toTheEnd++;
        if (toTheEnd < WORKERS.size()) {
            return leave(WORKERS.get(toTheEnd));
        } else if (toTheEnd < toLose) {
            own.clear();
            return toTheEnd % 2 == 0 ? new Pass(interval + 1) : heartbeatOf(last);
        }
        loss = 0;
        if (!own.isEmpty()) {
            Running running = own.remove(0);
            return new FinishAll(List.of(new Finish(last, running.id(), running.attempt(), "done", true, TYPES)));
        }
        return switch (toTheEnd % 4) {
            case 0 -> new Listen(last, true);
            case 1 -> new Pass(toTheEnd % 8 < 4 ? lease : longestPause);
            case 2 -> new Reap(MANY);
            default -> heartbeatOf(last);
        };
    }

    private static Heartbeat heartbeatOf(String last) {
        return new Heartbeat(last, MANY, 0, TYPES, null, List.of());
    }

    long unfinished() {
        return model.partition.reports.values().stream()
                .filter(report -> !report.state.isTerminal())
                .count();
    }

    /** Rather one of the latest, about which something is still to be decided. */
    private <T> T recent(List<T> all) {
        return all.get(Math.max(random.nextInt(all.size()), all.size() - 1 - random.nextInt(20)));
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
