package io.redistributed.worker;

import java.util.BitSet;
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
    private long latest = first;

    /** Which of the {@value #WINDOW} numbers up to the latest were seen, by their remainders. */
    private final BitSet seen = new BitSet(WINDOW);

    /** Returns the latest number seen, or the first number. */
    long latest() {
        return latest;
    }

    /** Takes a number. Returns null if it is new, or why its message must not run. */
    RejectReason take(long number) {
        if (number <= first || number > latest + WINDOW) {
            return RejectReason.FORGED;
        }
        if (number <= latest - WINDOW || number <= latest && seen.get(place(number))) {
            return RejectReason.REPLAYED;
        }
        while (latest < number) {
            latest++;
            seen.clear(place(latest));
        }
        seen.set(place(number));
        return null;
    }

    private static int place(long number) {
        return (int) (number % WINDOW);
    }
}
