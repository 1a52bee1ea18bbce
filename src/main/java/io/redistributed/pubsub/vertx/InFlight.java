package io.redistributed.pubsub.vertx;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bounds the messages in handlers. At the limit the socket is paused; what had been read from it already waits here, at
 * most what one read of the socket held. Used on one event loop.
 */
final class InFlight {

    private final int limit;
    private final Runnable pause;
    private final Runnable resume;
    private final Deque<Runnable> read = new ArrayDeque<>();

    private int running;
    private boolean starting;
    private boolean paused;
    private boolean closed;
    private Promise<Void> drained;

    InFlight(int limit, Runnable pause, Runnable resume) {
        this.limit = limit;
        this.pause = pause;
        this.resume = resume;
    }

    /** Starts a handler now, or once another is done. */
    void add(Runnable handler) {
        read.add(handler);
        next();
        if (isFull() && !paused && !closed) {
            paused = true;
            pause.run();
        }
    }

    /** A handler has ended. */
    void done() {
        running--;
        next();
        if (!isFull()) {
            resume();
        }
        if (drained != null && running == 0) {
            drained.tryComplete();
        }
    }

    /** From now on the socket is not paused, whatever still runs: others may read from it. */
    void close() {
        closed = true;
        resume();
    }

    private void resume() {
        if (paused) {
            paused = false;
            resume.run();
        }
    }

    private boolean isFull() {
        return running >= limit;
    }

    /** Completes when no handler runs and no message waits for one. */
    Future<Void> drained() {
        if (drained == null) {
            drained = Promise.promise();
        }
        if (running == 0) {
            drained.tryComplete();
        }
        return drained.future();
    }

    /** Handlers that end at once do not nest: the loop that started them goes on. */
    private void next() {
        if (starting) {
            return;
        }
        starting = true;
        try {
            while (running < limit && !read.isEmpty()) {
                running++;
                read.poll().run();
            }
        } finally {
            starting = false;
        }
    }
}
