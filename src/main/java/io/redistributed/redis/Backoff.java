package io.redistributed.redis;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Computes delays between attempts: exponential backoff from 50 ms to 500 ms with 50% jitter, so that clients of a
 * restarted server do not reconnect at once. The low cap limits the downtime after Redis is back.
 */
final class Backoff {

    private static final long FIRST_MS = 50;
    private static final long LONGEST_MS = 500;

    private long next = FIRST_MS;

    /** Returns the delay before the next attempt, in milliseconds. */
    long nextMillis() {
        long delay = next / 2 + ThreadLocalRandom.current().nextLong(next / 2 + 1);
        next = Math.min(LONGEST_MS, next * 2);
        return delay;
    }

    void reset() {
        next = FIRST_MS;
    }
}
