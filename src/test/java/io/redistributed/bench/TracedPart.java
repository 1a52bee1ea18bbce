package io.redistributed.bench;

import io.redistributed.bench.Bed.Cost;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;

/** Throughput, latency and CPU with every report traced and exported, and with none. */
final class TracedPart {

    private static final int STEADY_RATE = 100;

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
        double traced = row("traced, exported, AOF on", true, true);
        double untraced = row("untraced, AOF on", true, false);
        row("traced, exported, AOF off", false, true);
        row("untraced, AOF off", false, false);
        System.out.printf("%nTraced/untraced, AOF on: %.2f%n", traced / untraced);
        return right;
    }

    private double row(String name, boolean aof, boolean traced) throws IOException, InterruptedException {
        Bench.say("traced: %s", name);
        try (Bed bed = new Bed(folder, aof, traced, 4, bench.slots)) {
            Cost cost = bed.load(
                    "--connections=" + bench.connections,
                    "--warmup=" + bench.warmup + "s",
                    "--duration=" + bench.seconds + "s",
                    "--wait=0%");
            JsonObject steady = bed.load(
                            "--rate=" + STEADY_RATE, "--warmup=3s", "--duration=" + bench.seconds + "s", "--wait=100%")
                    .result()
                    .getJsonObject("latencyMicros")
                    .getJsonObject("done");
            long missing = bed.missingSpans();
            right &= missing == 0;
            double completed = cost.result().getDouble("completedPerSecond");
            Table.row(
                    name,
                    Table.number(cost.result().getDouble("acceptedPerSecond")),
                    Table.number(completed),
                    Table.number(cost.redisCpuMicros()),
                    Table.number(cost.serviceCpuMicros()),
                    Table.number(cost.result().getJsonObject("generator").getDouble("cpuMicrosPerRequest")),
                    steady.getLong("p50") / 1000.0,
                    steady.getLong("p99") / 1000.0,
                    bed.spans(),
                    missing);
            return completed;
        }
    }
}
