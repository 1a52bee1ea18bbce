package io.redistributed.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Histogram of latencies in µs, up to an hour, three significant digits. Recorded on any thread, collected on one. */
final class Latencies {

    static final int DIGITS = 3;

    private static final long HIGHEST = TimeUnit.HOURS.toMicros(1);

    private final Recorder recorder = new Recorder(HIGHEST, DIGITS);
    private final Histogram total = new Histogram(HIGHEST, DIGITS);
    private Histogram interval;

    void record(long nanos) {
        recorder.recordValue(Math.min(Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos)), HIGHEST));
    }

    /** Returns what was recorded since the last call; valid until the next call. */
    Histogram collect() {
        interval = recorder.getIntervalHistogram(interval);
        total.add(interval);
        return interval;
    }

    /** Returns everything collected so far. */
    Histogram total() {
        return total;
    }
}
