package io.redistributed.export;

import java.util.concurrent.TimeUnit;

/** Limits a log line to one per minute. Not thread-safe. */
final class OncePerMinute {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private long next = System.nanoTime();

    boolean passes() {
        long now = System.nanoTime();
        if (now - next < 0) {
            return false;
        }
        next = now + MINUTE;
        return true;
    }
}
