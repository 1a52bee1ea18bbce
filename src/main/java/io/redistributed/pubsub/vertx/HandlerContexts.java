package io.redistributed.pubsub.vertx;

import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Provides the contexts that handlers run on: the subscriber's context, and for concurrent worker handlers, further
 * contexts like it. Used on the connection's event loop.
 */
final class HandlerContexts {

    private final Context loop;
    private final Context first;
    private final Deque<Context> idle = new ArrayDeque<>();
    private final Deque<Consumer<Context>> waiting = new ArrayDeque<>();
    private final boolean areMany;

    HandlerContexts(Context loop, Context first, int concurrency) {
        this.loop = loop;
        this.first = first;
        this.areMany = concurrency > 1 && !first.isEventLoopContext();
        if (areMany) {
            idle.add(first);
            for (int i = 1; i < concurrency; i++) {
                idle.add(VertxInternals.sibling(first));
            }
        }
    }

    /** Runs a task on its own context once a thread is free. The task must not throw. */
    void run(Consumer<Context> task) {
        if (!areMany) {
            Context own = VertxInternals.duplicate(first);
            VertxInternals.run(own, () -> task.accept(own));
            return;
        }
        Context free = idle.poll();
        if (free == null) {
            waiting.add(task);
        } else {
            run(free, task);
        }
    }

    private void run(Context context, Consumer<Context> task) {
        Context own = VertxInternals.duplicate(context);
        VertxInternals.run(own, () -> {
            task.accept(own);
            VertxInternals.run(loop, () -> release(context));
        });
    }

    private void release(Context context) {
        Consumer<Context> next = waiting.poll();
        if (next == null) {
            idle.add(context);
        } else {
            run(context, next);
        }
    }
}
