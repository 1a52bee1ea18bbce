package io.redistributed.chaos;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Waits for servers, some of which may be unavailable. */
final class Patience {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private Patience() {}

    /** Returns once the condition holds; it is tried every 5 ms. */
    static void until(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(LONGEST)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(condition);
    }
}
