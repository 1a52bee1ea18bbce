package io.redistributed.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Latencies over time. Used on one thread. */
final class Series {

    private static final int MOST = 300;
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Tally tally;
    private final long from;
    private final double least;
    private final List<Interval> intervals = new ArrayList<>();

    /**
     * @param from start of the measured time, by {@link System#nanoTime}
     * @param duration of the measured time
     */
    Series(Tally tally, long from, Duration duration) {
        this.tally = tally;
        this.from = from;
        this.least = duration.toNanos() / SECOND / MOST;
    }

    /**
     * Latencies in µs of the responses within one interval of the measured time.
     *
     * @param start in seconds from the start of the measured time, like the end
     */
    record Interval(double start, double end, Percentiles accept, Percentiles done) {

        double acceptedPerSecond() {
            return accept.count() / (end - start);
        }
    }

    /** Ends the interval if it is long enough to keep their number small. Call about once a second. */
    void tick() {
        if (now() - end() >= least) {
            collect();
        }
    }

    /** Ends the interval now. */
    void collect() {
        tally.lag.collect();
        intervals.add(new Interval(
                end(), now(), Percentiles.of(tally.accept.collect()), Percentiles.of(tally.done.collect())));
    }

    /** Returns the rate of the last interval; 0 before the first. */
    private double end() {
        return intervals.isEmpty() ? 0 : intervals.get(intervals.size() - 1).end();
    }

    private double now() {
        return (System.nanoTime() - from) / SECOND;
    }

    List<Interval> intervals() {
        return List.copyOf(intervals);
    }
}
