package io.redistributed.redis;

import io.vertx.core.Future;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The answer to a question that many ask at about the same time, so that it is put once for all of them. Safe to use from
 * any thread. The answer may arrive on the context of another who asked, or never, if that one has gone.
 */
final class CoalescingCache<T> implements Shareable {

    private static final long FRESH_NANOS = Duration.ofMillis(200).toNanos();

    private Future<T> answer;
    private long asked;

    /** The answer to the last question if that is not long ago, be it still on its way, else to a new one. */
    synchronized Future<T> orElse(Supplier<Future<T>> question) {
        long now = System.nanoTime();
        if (answer == null || answer.failed() || now - asked > FRESH_NANOS) {
            asked = now;
            answer = question.get();
        }
        return answer;
    }
}
