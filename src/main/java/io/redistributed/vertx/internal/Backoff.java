package io.redistributed.vertx.internal;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Computes delays between attempts: exponential backoff with 50% jitter, so that clients of a restarted server do not
 * all call at once. Not thread-safe.
 */
public final class Backoff {

    private final long first;
    private final long longest;
    private long next;

    /**
     * Starts with the shortest delay.
     *
     * @param firstMillis first delay, before jitter
     * @param longestMillis upper limit of the doubled delays
     */
    public Backoff(long firstMillis, long longestMillis) {
        first = firstMillis;
        longest = longestMillis;
        next = firstMillis;
    }

    /**
     * Returns the delay before the next attempt.
     *
     * @return half of it to all of it, in milliseconds
     */
    public long nextMillis() {
        long delay = next / 2 + ThreadLocalRandom.current().nextLong(next / 2 + 1);
        next = Math.min(longest, next * 2);
        return delay;
    }

    /** Starts again with the shortest delay. */
    public void reset() {
        next = first;
    }

    /**
     * Varies a regular interval by up to 20%, so that nodes that start together do not call together.
     *
     * @param millis interval
     * @return 80% to 120% of it
     */
    public static long around(long millis) {
        return millis * 4 / 5 + ThreadLocalRandom.current().nextLong(millis * 2 / 5 + 1);
    }
}
