package io.redistributed.api;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what the answers of this process hold in memory until their clients have read them, and bodies beyond what
 * arrived of them. Shared by all instances of the
 * {@link HttpVerticle}; safe to use from any thread.
 */
final class MemoryBudget implements Shareable {

    private static final String MAP = "io.redistributed.api.memory";
    private static final int SHARE_OF_HEAP = 8;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    MemoryBudget(long most) {
        this.most = most;
    }

    static MemoryBudget of(Vertx vertx) {
        LocalMap<String, MemoryBudget> map = vertx.sharedData().getLocalMap(MAP);
        return map.computeIfAbsent(
                MAP, first -> new MemoryBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
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
            throw new ProblemException(503, "this node holds as much for other clients as it may; try again later");
        }
        AtomicLong toReturn = new AtomicLong(taken);
        return () -> held.addAndGet(-toReturn.getAndSet(0));
    }
}
