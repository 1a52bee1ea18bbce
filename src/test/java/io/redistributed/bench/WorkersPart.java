package io.redistributed.bench;

import io.redistributed.bench.Bed.Cost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Measures the cost of a report by the number of workers. All services run at once and are loaded in turns, so that a
 * varying speed of the machine affects all. The load tool restarts with each turn, so the rate is below its steady
 * rate.
 */
final class WorkersPart {

    private static final int ROUNDS = 5;

    /** Of the load tool. */
    private static final int WARMUP_SECONDS = 4;

    private final Bench bench;
    private final Path folder;

    WorkersPart(Bench bench, Path folder) {
        this.bench = bench;
        this.folder = folder;
    }

    /** @return whether all spans arrived */
    boolean run() throws IOException, InterruptedException {
        Map<Integer, Bed> beds = new LinkedHashMap<>();
        try {
            for (int workers : bench.workers) {
                beds.put(workers, new Bed(folder, true, true, workers, bench.slots));
            }
            return measure(beds);
        } finally {
            for (Bed bed : beds.values()) {
                bed.close();
            }
        }
    }

    private boolean measure(Map<Integer, Bed> beds) throws IOException, InterruptedException {
        HttpLoad load = new HttpLoad(folder, bench.connections);
        Map<Integer, List<Cost>> turns = new LinkedHashMap<>();
        for (Map.Entry<Integer, Bed> bed : beds.entrySet()) {
            WarmUp.untilLevel(bed.getKey() + " workers", bed.getValue(), load, bench.jobs, bench.warmup);
            turns.put(bed.getKey(), new ArrayList<>());
        }
        for (int round = 1; round <= ROUNDS; round++) {
            Bench.say("workers: round %d of %d", round, ROUNDS);
            for (Map.Entry<Integer, Bed> bed : beds.entrySet()) {
                load(bed.getValue(), Math.max(1, bench.seconds / ROUNDS)).ifPresent(turns.get(bed.getKey())::add);
            }
        }
        Table.head(
                "workers, of " + bench.slots + " slots each, traced, AOF on, median of " + ROUNDS + " turns",
                "completed/s",
                "script calls/report",
                "Redis bytes/report",
                "Redis CPU µs/report",
                "service CPU µs/report",
                "missing spans");
        boolean right = true;
        for (Map.Entry<Integer, List<Cost>> costs : turns.entrySet()) {
            long missing = beds.get(costs.getKey()).missingSpans();
            right &= missing == 0;
            Table.row(
                    costs.getKey(),
                    Table.median(costs.getValue(), Cost::completedPerSecond),
                    Table.median(costs.getValue(), Cost::scriptCalls),
                    Table.median(costs.getValue(), Cost::bytes),
                    Table.median(costs.getValue(), Cost::redisCpuMicros),
                    Table.median(costs.getValue(), Cost::serviceCpuMicros),
                    missing);
        }
        ratio(turns);
        return right;
    }

    /** The most workers beside the fewest, in the same round. */
    private void ratio(Map<Integer, List<Cost>> turns) {
        int most = Collections.max(turns.keySet());
        int fewest = Collections.min(turns.keySet());
        List<Cost> many = turns.get(most);
        List<Cost> few = turns.get(fewest);
        if (many.size() != few.size() || many.isEmpty()) {
            Bench.say("workers: no ratio, as the load tool was the bottleneck in some turns");
            return;
        }
        Spread spread = Spread.of(
                IntStream.range(0, many.size()).boxed().toList(),
                round -> many.get(round).completedPerSecond() / few.get(round).completedPerSecond());
        String name = "completed/s with " + most + " workers ÷ with " + fewest;
        Table.head("Ratio, median (least–greatest) of " + many.size() + " turns", "");
        Table.row(name, spread);
        bench.history.add(name, spread);
    }

    private Optional<Cost> load(Bed bed, int seconds) throws IOException, InterruptedException {
        return bed.load(bench.load(WARMUP_SECONDS, seconds));
    }
}
