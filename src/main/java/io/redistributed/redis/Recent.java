package io.redistributed.redis;

import io.vertx.core.Future;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The answer to a question that every connection of a process asks, so that it is put once for all of them. Safe to use
 * from any thread; the answer may arrive on the context of another who asked.
 */
final class Recent<T> implements Shareable {

    private static final long FRESH_NANOS = Duration.ofMillis(200).toNanos();

    private Future<T> answer;
    private long asked;

    /** The last answer, if it is on its way or still fresh and no failure, else a new one. */
    synchronized Future<T> orElse(Supplier<Future<T>> question) {
        long now = System.nanoTime();
        if (answer == null || answer.failed() || answer.succeeded() && now - asked > FRESH_NANOS) {
            asked = now;
            answer = question.get();
        }
        return answer;
    }
}
