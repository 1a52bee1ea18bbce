package io.redistributed.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long the service takes from {@code java -jar} to 90% of its level rate, loaded as soon as it is ready. */
final class RampUpPart {

    private static final double SHARE = 0.9;

    /** More than are completed in the time. */
    private static final int JOBS = 50_000_000;

    private final Bench bench;
    private final Path folder;

    RampUpPart(Bench bench, Path folder) {
        this.bench = bench;
        this.folder = folder;
    }

    boolean run() throws IOException, InterruptedException {
        List<Double> seconds = new ArrayList<>();
        for (int start = 1; start <= 3; start++) {
            Bench.say("rampup: %d of 3", start);
            seconds.add(measure());
        }
        Spread spread = Spread.of(seconds, Double::doubleValue);
        Table.head("From `java -jar` to 90% of the level rate, traced, AOF on", "s");
        Table.row("redistributed, traced", spread);
        bench.history.add("s from the start to 90% of the level rate", spread);
        return true;
    }

    private double measure() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        List<Double> times = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        try (Bed bed = new Bed(folder, true, true, 2, bench.slots)) {
            Process load = new HttpLoad(folder, bench.connections).start(bed.port(), JOBS);
            long before = bed.completed();
            long last = System.nanoTime();
            while (secondsSince(begin) < bench.warmup) {
                Thread.sleep(1000);
                long now = System.nanoTime();
                long completed = bed.completed();
                rates.add((completed - before) / ((now - last) * 1e-9));
                times.add(secondsSince(begin));
                before = completed;
                last = now;
            }
            load.destroy();
            load.waitFor();
        }
        double level = Spread.of(rates.subList(rates.size() * 2 / 3, rates.size()), Double::doubleValue)
                .median();
        for (int i = 0; i < rates.size(); i++) {
            if (rates.get(i) >= SHARE * level) {
                return times.get(i);
            }
        }
        throw new IllegalStateException("unreachable: a median is reached");
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) * 1e-9;
    }
}
