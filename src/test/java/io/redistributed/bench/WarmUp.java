package io.redistributed.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/**
 * Loads a contender until its rate is level, and long enough that compilers are done. The rate alone does not show this: a JVM whose
 * rate has been level for some seconds can still spend 40% of a processor on compiling, and 3% of one 20 s later.
 */
final class WarmUp {

    private static final int LEVEL_TURNS = 4;
    private static final double LEVEL = 1.06;

    private WarmUp() {}

    /** Loads for that many seconds, and up to twice as long until the last {@value #LEVEL_TURNS} turns differ by at most 6%. */
    static void untilLevel(String name, Contender contender, HttpLoad load, int jobs, int atLeastSeconds)
            throws IOException, InterruptedException {
        List<Double> rates = new ArrayList<>();
        long start = System.nanoTime();
        double seconds;
        do {
            rates.add(Turn.of(contender, load, jobs).completedPerSecond());
            seconds = (System.nanoTime() - start) * 1e-9;
        } while (seconds < atLeastSeconds || !isLevel(rates) && seconds < 2 * atLeastSeconds);
        Bench.say(
                "%s: %s after %.0f s at %.0f/s",
                name, isLevel(rates) ? "level" : "NOT LEVEL", seconds, rates.get(rates.size() - 1));
    }

    private static boolean isLevel(List<Double> rates) {
        if (rates.size() < LEVEL_TURNS) {
            return false;
        }
        DoubleSummaryStatistics last = rates.subList(rates.size() - LEVEL_TURNS, rates.size()).stream()
                .mapToDouble(Double::doubleValue)
                .summaryStatistics();
        return last.getMax() < LEVEL * last.getMin();
    }
}
