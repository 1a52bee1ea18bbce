package io.redistributed.cli;

import java.time.Duration;
import java.util.Locale;

/** Formats durations for display. */
final class Durations {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private Durations() {}

    /** Returns text such as {@code 850 us}, {@code 77.0 ms}, {@code 3.21 s}. */
    static String text(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos < MILLI) {
            return nanos / 1_000 + " us";
        }
        return nanos < SECOND
                ? String.format(Locale.ROOT, "%.1f ms", (double) nanos / MILLI)
                : String.format(Locale.ROOT, "%.2f s", (double) nanos / SECOND);
    }
}
