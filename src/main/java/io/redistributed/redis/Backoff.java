package io.redistributed.redis;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Delays between attempts: doubling from 50 ms to 500 ms, each with a random part, so that many clients of a restarted
 * server do not come back in step. The cap is low because every moment a fleet stays away longer than Redis is downtime
 * of our own.
 */
final class Backoff {

    private static final long FIRST_MS = 50;
    private static final long LONGEST_MS = 500;

    private long next = FIRST_MS;

    /** The delay before the next attempt, in milliseconds. */
    long nextMillis() {
        long delay = next / 2 + ThreadLocalRandom.current().nextLong(next / 2 + 1);
        next = Math.min(LONGEST_MS, next * 2);
        return delay;
    }

    void reset() {
        next = FIRST_MS;
    }
}
