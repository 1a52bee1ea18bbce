package io.redistributed.api.http;

import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the bytes of request bodies that this process holds at once, counted as they arrive. A quarter of the budget
 * is reserved for small bodies, so that a few large ones cannot block all others. Thread-safe.
 */
final class BodyBudget {

    /** The budget is this fraction of the heap: a body is copied once or twice on its way to Redis. */
    private static final int SHARE_OF_HEAP = 8;

    private static final int SMALL_BYTES = 1 << 16;

    private final long maxBytes;
    private final long maxLargeBytes;
    private final AtomicLong held = new AtomicLong();

    private BodyBudget(long maxBytes) {
        this.maxBytes = maxBytes;
        this.maxLargeBytes = maxBytes - maxBytes / 4;
    }

    /**
     * Returns the budget of this process. The first call sizes it to hold at least one body of {@code maxBodyBytes}.
     */
    static BodyBudget of(Vertx vertx, int maxBodyBytes) {
        return NodeContext.of(vertx)
                .get(
                        BodyBudget.class,
                        () -> new BodyBudget(Math.max(
                                maxBodyBytes * 4L / 3 + 1, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP)));
    }

    /**
     * Reserves bytes of a body as they arrive.
     *
     * @param size of the body so far, including these bytes
     * @return false if the budget is exhausted
     */
    boolean reserve(int bytes, long size) {
        long max = size <= SMALL_BYTES ? maxBytes : maxLargeBytes;
        long before = held.getAndAdd(bytes);
        if (before + bytes > max) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void release(long bytes) {
        held.addAndGet(-bytes);
    }
}
