package io.redistributed.redis;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Coalesces concurrent calls for the same value into one. Safe to use from any thread. The future may complete on
 * another caller's context, or never if that context has closed.
 */
final class CoalescingCache<T> {

    private static final long FRESH_NANOS = Duration.ofMillis(200).toNanos();

    private Future<T> answer;
    private long asked;

    /** Returns the latest answer, pending or not, if it was asked for less than 200 ms ago; otherwise asks. */
    synchronized Future<T> orElse(Supplier<Future<T>> question) {
        long now = System.nanoTime();
        if (answer == null || answer.failed() || now - asked > FRESH_NANOS) {
            asked = now;
            answer = question.get();
        }
        return answer;
    }
}
