package io.redistributed.worker;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Detects messages that the queue did not send to this worker. The worker sends a random first number to Redis, which
 * numbers the worker's messages from there. Messages arrive almost in order, as some are published and some are
 * replies. Used on one event loop.
 */
final class Sequence {

    /** Far below 2^53, up to which Lua's numbers are exact. */
    private static final long BOUND = 1L << 40;

    /** Largest accepted distance of a message from the latest one. */
    static final int WINDOW = 100_000;

    private final long first = ThreadLocalRandom.current().nextLong(BOUND);
    private final Set<Long> seen = new HashSet<>();
    private long latest = first;

    /** Returns the latest number seen, or the first number. */
    long latest() {
        return latest;
    }

    /** Takes a number. Returns null if it is new, or why its message must not run. */
    RejectReason take(long number) {
        if (number <= first || number > latest + WINDOW) {
            return RejectReason.FORGED;
        }
        if (number <= latest - WINDOW || !seen.add(number)) {
            return RejectReason.REPLAYED;
        }
        if (number > latest) {
            for (long old = latest - WINDOW + 1; old <= number - WINDOW; old++) {
                seen.remove(old);
            }
            latest = number;
        }
        return null;
    }
}
