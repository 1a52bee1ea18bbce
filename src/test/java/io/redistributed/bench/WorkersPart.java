package io.redistributed.bench;

import io.redistributed.bench.Bed.Cost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What a report costs, by the number of workers. */
final class WorkersPart {

    private final Bench bench;
    private final Path folder;

    WorkersPart(Bench bench, Path folder) {
        this.bench = bench;
        this.folder = folder;
    }

    /** @return whether all spans arrived */
    boolean run() throws IOException, InterruptedException {
        Table.head(
                "workers, of " + bench.slots + " slots each, traced, AOF on",
                "completed/s",
                "script calls/report",
                "Redis bytes/report",
                "Redis CPU µs/report",
                "missing spans");
        boolean right = true;
        for (int workers : bench.workers) {
            Bench.say("workers: %d", workers);
            try (Bed bed = new Bed(folder, true, true, workers, bench.slots)) {
                Optional<Cost> cost = bed.load(bench.saturation());
                long missing = bed.missingSpans();
                right &= missing == 0;
                Table.row(
                        workers,
                        Table.number(cost.map(Cost::completedPerSecond)),
                        Table.number(cost.map(Cost::scriptCalls)),
                        Table.number(cost.map(Cost::bytes)),
                        Table.number(cost.map(Cost::redisCpuMicros)),
                        missing);
            }
        }
        return right;
    }
}
