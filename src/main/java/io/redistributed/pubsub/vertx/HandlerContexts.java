package io.redistributed.pubsub.vertx;

import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Where handlers run: on the context on which their subscriber was made, and, if that is a worker's and more than one may run
 * at a time, on others like it. Used on the connection's event loop.
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

    /** Runs a task on a context of its own, once a thread of those that it may have is free. It must not throw. */
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
