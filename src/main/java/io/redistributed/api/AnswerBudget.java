package io.redistributed.api;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what the answers of this process hold in memory until their clients have read them. Shared by all instances of the
 * {@link HttpVerticle}; safe to use from any thread.
 */
final class AnswerBudget implements Shareable {

    private static final String MAP = "io.redistributed.api.answers";
    private static final int SHARE_OF_HEAP = 8;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    AnswerBudget(long most) {
        this.most = most;
    }

    static AnswerBudget of(Vertx vertx) {
        LocalMap<String, AnswerBudget> map = vertx.sharedData().getLocalMap(MAP);
        return map.computeIfAbsent(
                MAP, first -> new AnswerBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
    }

    /**
     * Takes {@code bytes} out of the budget; an answer that is longer than all of it goes alone.
     *
     * @return what gives them back, once however often it is run
     * @throws ProblemException (503) if other answers hold too much
     */
    Runnable reserve(long bytes) {
        long taken = Math.min(bytes, most);
        if (held.addAndGet(taken) > most) {
            held.addAndGet(-taken);
            throw new ProblemException(503, "too many answers wait for their clients to read them; try again later");
        }
        AtomicLong toReturn = new AtomicLong(taken);
        return () -> held.addAndGet(-toReturn.getAndSet(0));
    }
}
