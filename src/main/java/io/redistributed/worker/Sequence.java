package io.redistributed.worker;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tells the messages that the queue sent to this worker from others. The worker begins with a random number, tells Redis,
 * and Redis numbers its messages from there on. They come nearly in order, as some are published and some are replies.
 * Used on one event loop.
 */
final class Sequence {

    /** Below 2^40: Lua's numbers are exact so far, with room to count. */
    private static final long BOUND = 1L << 40;

    /** How far a message may be ahead of, or behind, the latest one. */
    static final int WINDOW = 100_000;

    private final long first = ThreadLocalRandom.current().nextLong(BOUND);
    private final Set<Long> seen = new HashSet<>();
    private long latest = first;

    /** The latest number seen, or the one to begin with. */
    long latest() {
        return latest;
    }

    /** Takes a number: null if it is new, else why its message is not to be run. */
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
