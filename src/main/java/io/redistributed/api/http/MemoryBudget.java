package io.redistributed.api.http;

import io.redistributed.api.HttpVerticle;
import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the memory of responses until clients have read them, and of decompressed bodies. Shared by all instances of
 * {@link HttpVerticle}; thread-safe.
 */
public final class MemoryBudget {

    private static final int SHARE_OF_HEAP = 8;

    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();

    MemoryBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    public static MemoryBudget of(Vertx vertx) {
        return NodeContext.of(vertx)
                .get(
                        MemoryBudget.class,
                        () -> new MemoryBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
    }

    /**
     * Reserves bytes. A response larger than the whole budget is allowed when nothing else is reserved.
     *
     * @return releases the bytes; further runs do nothing
     * @throws ProblemException (503) if the budget is exhausted
     */
    public Runnable reserve(long bytes) {
        long taken = Math.min(bytes, maxBytes);
        if (held.addAndGet(taken) > maxBytes) {
            held.addAndGet(-taken);
            throw new ProblemException(503, "the memory for responses on this node is in use; retry later");
        }
        AtomicLong toReturn = new AtomicLong(taken);
        return () -> held.addAndGet(-toReturn.getAndSet(0));
    }
}
