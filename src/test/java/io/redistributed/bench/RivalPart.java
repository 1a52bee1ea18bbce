package io.redistributed.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Side by side with BullMQ, traced and not: all run at once, each on a Redis of its own with AOF, and are loaded in turns, so that
 * a machine that is now faster, now slower is so for all. Needs {@code node} 20, {@code npm} and {@code wrk} on the PATH.
 */
final class RivalPart {

    private static final int ROUNDS = 6;
    private static final int WORKERS = 2;
    private static final long DRAIN_SECONDS = 60;

    private final Bench bench;
    private final Path folder;

    RivalPart(Bench bench, Path folder) {
        this.bench = bench;
        this.folder = folder;
    }

    private record Turn(double acceptedPerSecond, double completedPerSecond, double redisCpuMicros) {}

    /** @return true: what the others lose is not ours to judge */
    boolean run() throws IOException, InterruptedException {
        BullMq.install(folder);
        Map<String, Contender> contenders = new LinkedHashMap<>();
        try {
            contenders.put("BullMQ, untraced", new BullMq(folder, false));
            contenders.put("BullMQ, traced, exported", new BullMq(folder, true));
            contenders.put("redistributed, untraced", new Bed(folder, true, false, WORKERS, bench.slots));
            contenders.put("redistributed, traced, exported", new Bed(folder, true, true, WORKERS, bench.slots));
            measure(contenders);
        } finally {
            for (Contender contender : contenders.values()) {
                contender.close();
            }
        }
        return true;
    }

    private void measure(Map<String, Contender> contenders) throws IOException, InterruptedException {
        Wrk wrk = new Wrk(folder, bench.connections);
        Map<String, List<Turn>> turns = new LinkedHashMap<>();
        for (Map.Entry<String, Contender> contender : contenders.entrySet()) {
            Bench.say("rival: %s warms up", contender.getKey());
            wrk.post(contender.getValue().port(), bench.warmup);
            drain(contender.getValue());
            turns.put(contender.getKey(), new ArrayList<>());
        }
        for (int round = 1; round <= ROUNDS; round++) {
            Bench.say("rival: round %d of %d", round, ROUNDS);
            for (Map.Entry<String, Contender> contender : contenders.entrySet()) {
                turns.get(contender.getKey()).add(turn(contender.getValue(), wrk));
            }
        }
        Table.head(
                bench.connections + " connections, AOF on, median of " + ROUNDS + " turns",
                "accepted/s",
                "completed/s",
                "best turn",
                "Redis CPU µs/job",
                "spans/job");
        turns.forEach((name, all) -> {
            Contender contender = contenders.get(name);
            Table.row(
                    name,
                    Table.median(all, Turn::acceptedPerSecond),
                    Table.median(all, Turn::completedPerSecond),
                    Table.number(all.stream()
                            .mapToDouble(Turn::completedPerSecond)
                            .max()
                            .orElseThrow()),
                    Table.median(all, Turn::redisCpuMicros),
                    Table.number((double) contender.spans() / contender.accepted()));
        });
    }

    private Turn turn(Contender contender, Wrk wrk) throws IOException, InterruptedException {
        long accepted = contender.accepted();
        long completed = contender.completed();
        double cpu = RedisFigures.of(contender.redis()).cpuMicros();
        long start = System.nanoTime();
        wrk.post(contender.port(), Math.max(1, bench.seconds / ROUNDS));
        double seconds = (System.nanoTime() - start) * 1e-9;
        double done = contender.completed() - completed;
        Turn turn = new Turn(
                (contender.accepted() - accepted) / seconds,
                done / seconds,
                (RedisFigures.of(contender.redis()).cpuMicros() - cpu) / done);
        drain(contender);
        return turn;
    }

    /** What is left from one's own turn is not to be done in another's. */
    private static void drain(Contender contender) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        while (contender.completed() < contender.accepted()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("jobs are left after " + DRAIN_SECONDS + " s");
            }
            Thread.sleep(20);
        }
    }
}
