package io.redistributed.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Latencies over time. For one thread. */
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
     * What was answered in an interval, of the reports of the measured time, in µs.
     *
     * @param start in seconds from the start of the measured time, as is the end
     */
    record Interval(double start, double end, Percentiles accept, Percentiles done) {

        double acceptedPerSecond() {
            return accept.count() / (end - start);
        }
    }

    /** Ends the interval now, if it is long enough for there not to be too many; to be called every second or so. */
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

    /** Of the last interval; 0 before the first. */
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
