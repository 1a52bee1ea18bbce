package io.redistributed.cli;

import java.time.Duration;
import java.util.Locale;

/** Formats durations for display. */
final class Durations {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Durations() {}

    /** Returns text such as {@code 850 us}, {@code 77.0 ms}, {@code 3.21 s}, {@code 1m 05s}, {@code 2d 07h}. */
    static String text(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos < MILLI) {
            return nanos / 1_000 + " us";
        }
        // The limits are those of the rounded values: 999.96 ms are 1.00 s.
        if (nanos < SECOND - MILLI / 20) {
            return String.format(Locale.ROOT, "%.1f ms", (double) nanos / MILLI);
        }
        if (nanos < MINUTE * SECOND - 5 * MILLI) {
            return String.format(Locale.ROOT, "%.2f s", (double) nanos / SECOND);
        }
        long seconds = Math.round((double) nanos / SECOND);
        if (seconds < HOUR) {
            return two(seconds, "m", MINUTE, "s", 1);
        }
        long minutes = rounded(seconds, MINUTE);
        return minutes < DAY ? two(minutes, "h", HOUR, "m", MINUTE) : two(rounded(seconds, HOUR), "d", DAY, "h", HOUR);
    }

    private static long rounded(long seconds, long unit) {
        return (seconds + unit / 2) / unit * unit;
    }

    private static String two(long seconds, String unit, long size, String nextUnit, long nextSize) {
        return String.format(Locale.ROOT, "%d%s %02d%s", seconds / size, unit, seconds % size / nextSize, nextUnit);
    }
}
