package io.redistributed.testing;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** Waits for what must come, 60 s at most. For threads that are not of Vert.x. */
public final class Waiting {

    private static final int LONGEST = 60;

    private Waiting() {}

    /** The result of the future; its failure is thrown. */
    public static <T> T await(Future<T> future) {
        try {
            return future.await(LONGEST, SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not completed within " + LONGEST + " s", e);
        }
    }

    /** Returns once the condition holds; it is tried every 5 ms. */
    public static void eventually(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(LONGEST, SECONDS)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }
}
