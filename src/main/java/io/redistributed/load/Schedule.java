package io.redistributed.load;

import java.util.concurrent.TimeUnit;

/**
 * The due times of an open loop: evenly spaced, or {@code burst} reports at a time at the same mean rate.
 *
 * @param rate reports per second, above 0
 * @param burst reports sent at once, at least 1
 */
record Schedule(double rate, int burst) {

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Returns when the report of this index, from 0, is due, in ns from the start. */
    long at(long index) {
        return Math.round((index - index % burst) / rate * SECOND);
    }

    /** Returns how many reports are due within that many ns from the start. */
    long dueBefore(long nanos) {
        long bursts = (long) Math.ceil(nanos / SECOND * rate / burst);
        // Rounding may differ from dueAt by one burst.
        while (at(bursts * burst) < nanos) {
            bursts++;
        }
        while (bursts > 0 && at((bursts - 1) * burst) >= nanos) {
            bursts--;
        }
        return bursts * burst;
    }
}
