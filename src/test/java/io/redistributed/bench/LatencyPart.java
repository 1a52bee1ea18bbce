package io.redistributed.bench;

import io.redistributed.bench.Bed.Cost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Time from POST to done at 100 reports a second, every report waited for; AOF on, traced and exported. */
final class LatencyPart {

    private static final int RATE = 100;
    private static final int JOBS = 20_000;

    private final Bench bench;
    private final Path folder;

    LatencyPart(Bench bench, Path folder) {
        this.bench = bench;
        this.folder = folder;
    }

    /** @return whether all spans arrived */
    boolean run() throws IOException, InterruptedException {
        try (Bed bed = new Bed(folder, true, true, 2, bench.slots)) {
            WarmUp.untilLevel("latency", bed, new HttpLoad(folder, bench.connections), JOBS, bench.warmup);
            // Long polls have not run so far, so let the JIT compiler see them too.
            bed.load("--connections=16", "--warmup=0s", "--duration=20s", "--wait=100%");
            List<Cost> turns = new ArrayList<>();
            for (int round = 1; round <= bench.rounds; round++) {
                Bench.say("latency: round %d of %d", round, bench.rounds);
                bed.steady("--rate=" + RATE, "--warmup=5s", "--duration=10s", "--wait=100%")
                        .ifPresent(turns::add);
            }
            Table.head(
                    "POST to done at " + RATE + "/s, median (least–greatest) of " + turns.size(), "p50 ms", "p99 ms");
            Spread p50 = Spread.of(turns, cost -> cost.doneMillis("p50"));
            Spread p99 = Spread.of(turns, cost -> cost.doneMillis("p99"));
            Table.row("redistributed, traced", p50, p99);
            bench.history.add("POST to done at 100/s, p50 ms", p50);
            bench.history.add("POST to done at 100/s, p99 ms", p99);
            return bed.missingSpans() == 0;
        }
    }
}
