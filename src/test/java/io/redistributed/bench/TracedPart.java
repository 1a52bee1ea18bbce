package io.redistributed.bench;

import io.redistributed.bench.Bed.Cost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Throughput, latency and CPU with every report traced and exported, and with none. */
final class TracedPart {

    private static final int STEADY_RATE = 100;
    private static final String STEADY_WARMUP = "20s";

    /** As without a configuration file. */
    private static final int WORKERS = 4;

    private final Bench bench;
    private final Path folder;
    private boolean right = true;

    TracedPart(Bench bench, Path folder) {
        this.bench = bench;
        this.folder = folder;
    }

    /** @return whether all was made and all spans arrived */
    boolean run() throws IOException, InterruptedException {
        Table.head(
                "`simulated`, no duration, " + bench.connections + " connections",
                "accepted/s",
                "completed/s",
                "Redis CPU µs/report",
                "service CPU µs/report",
                "load CPU µs/request",
                "POST→done at " + STEADY_RATE + "/s, p50 ms",
                "p99 ms",
                "spans",
                "missing");
        Optional<Cost> traced = row("traced, exported, AOF on", true, true);
        Optional<Cost> untraced = row("untraced, AOF on", true, false);
        row("traced, exported, AOF off", false, true);
        row("untraced, AOF off", false, false);
        if (traced.isPresent() && untraced.isPresent()) {
            double ratio = traced.get().completedPerSecond() / untraced.get().completedPerSecond();
            System.out.printf(Locale.ROOT, "%nCompleted, traced/untraced, AOF on: %.2f%n", ratio);
        }
        return right;
    }

    private Optional<Cost> row(String name, boolean aof, boolean traced) throws IOException, InterruptedException {
        Bench.say("traced: %s", name);
        try (Bed bed = new Bed(folder, aof, traced, WORKERS, bench.slots)) {
            Optional<Cost> most = bed.load(bench.load(bench.warmup, bench.seconds));
            // What answers those who wait has not run so far, and is to be compiled as well.
            bed.load("--connections=16", "--warmup=0s", "--duration=" + STEADY_WARMUP, "--wait=100%");
            Optional<Cost> steady = bed.steady(
                    "--rate=" + STEADY_RATE,
                    "--warmup=" + STEADY_WARMUP,
                    "--duration=" + bench.seconds + "s",
                    "--wait=100%");
            long missing = bed.missingSpans();
            right &= missing == 0;
            Table.row(
                    name,
                    Table.number(most.map(Cost::acceptedPerSecond)),
                    Table.number(most.map(Cost::completedPerSecond)),
                    Table.number(most.map(Cost::redisCpuMicros)),
                    Table.number(most.map(Cost::serviceCpuMicros)),
                    Table.number(most.map(Cost::loadCpuMicros)),
                    Table.number(steady.map(cost -> cost.doneMillis("p50"))),
                    Table.number(steady.map(cost -> cost.doneMillis("p99"))),
                    bed.spans(),
                    missing);
            return most;
        }
    }
}
