package io.redistributed.load;

import java.util.concurrent.TimeUnit;

/**
 * When the reports of an open loop are due, whatever the service does: evenly, or {@code burst} at a time, so that the
 * rate is the same in the mean.
 *
 * @param rate reports a second, above 0
 * @param burst reports at one time, at least 1
 */
record Schedule(double rate, int burst) {

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Nanoseconds from the start at which the report of this index, from 0, is due. */
    long at(long index) {
        return Math.round((index - index % burst) / rate * SECOND);
    }

    /** How many are due before that many nanoseconds from the start have passed. */
    long dueBefore(long nanos) {
        long bursts = (long) Math.ceil(nanos / SECOND * rate / burst);
        // Rounding of the one may differ from that of the other by one burst.
        while (at(bursts * burst) < nanos) {
            bursts++;
        }
        while (bursts > 0 && at((bursts - 1) * burst) >= nanos) {
            bursts--;
        }
        return bursts * burst;
    }
}
