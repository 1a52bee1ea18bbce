package io.redistributed.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Limits the commands that wait for their replies. Safe to use from any thread. */
final class CommandLimit {

    private final int max;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Queue<Promise<Void>> callers = new ConcurrentLinkedQueue<>();

    CommandLimit(int max) {
        this.max = max;
    }

    /** Acquires places for commands, to be released by {@link #leave}. Exceeds the limit only if no command waits. */
    boolean enter(int commands) {
        int before;
        do {
            before = waiting.get();
            if (before > 0 && before + commands > max) {
                return false;
            }
        } while (!waiting.compareAndSet(before, before + commands));
        return true;
    }

    void leave(int commands) {
        waiting.addAndGet(-commands);
        wake();
    }

    /** Completes when there is a place. The place is not reserved for the caller. */
    Future<Void> ready(Supplier<Promise<Void>> promises) {
        if (waiting.get() < max) {
            return Future.succeededFuture();
        }
        Promise<Void> place = promises.get();
        callers.add(place);
        // A place may have become free before the caller was queued.
        wake();
        return place.future();
    }

    private void wake() {
        while (waiting.get() < max) {
            Promise<Void> next = callers.poll();
            if (next == null) {
                return;
            }
            next.complete();
        }
    }
}
