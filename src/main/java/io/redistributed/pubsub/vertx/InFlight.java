package io.redistributed.pubsub.vertx;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Limits the number of messages in handlers, and the bytes of those messages and of the queued ones. Used on one event
 * loop.
 */
final class InFlight {

    /** Handles messages that exceed the buffer. */
    interface Overflow {

        /** Stops reading until {@link #resume}. */
        void pause();

        void resume();

        /** Called when a message was dropped. */
        void dropped(String channel);

        /** Closes the connection; the next one waits for {@link InFlight#hasRoom}. */
        void disconnect();
    }

    /** Approximate overhead of the objects around a message. */
    private static final int OVERHEAD = 256;

    private final int maxRunning;
    private final long maxBytes;
    private final OverflowPolicy policy;
    private final Overflow overflow;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private int running;
    private boolean starting;
    private long bytes;
    private boolean paused;
    private boolean full;
    private boolean closed;
    private @Nullable Promise<Void> drained;

    private record Waiting(String channel, int cost, Runnable handler) {}

    InFlight(SubscriberOptions options, Overflow overflow) {
        this.maxRunning = options.maxInFlight();
        this.maxBytes = options.maxBufferedBytes();
        this.policy = options.overflow();
        this.overflow = overflow;
    }

    /** Starts a handler now or queues it. Call {@link #done} with the same size when it ends. */
    void add(String channel, int size, Runnable handler) {
        int cost = size + OVERHEAD;
        bytes += cost;
        waiting.add(new Waiting(channel, cost, handler));
        next();
        if (bytes > maxBytes && !closed) {
            overflow();
        }
    }

    /** Records that a handler has ended. */
    void done(int size) {
        running--;
        bytes -= size + OVERHEAD;
        next();
        if (hasRoom()) {
            full = false;
            resume();
        }
        if (drained != null && isIdle()) {
            drained.tryComplete();
        }
    }

    /** Returns whether at least half of the buffer is free, so that reading may resume. */
    boolean hasRoom() {
        return bytes <= maxBytes / 2;
    }

    /** Stops pausing the connection, which other subscribers may share. */
    void close() {
        closed = true;
        resume();
    }

    /** Completes when no handler runs and no message is queued. */
    Future<Void> drained() {
        if (drained == null) {
            drained = Promise.promise();
        }
        if (isIdle()) {
            drained.tryComplete();
        }
        return drained.future();
    }

    private boolean isIdle() {
        return running == 0 && waiting.isEmpty();
    }

    private void overflow() {
        switch (policy) {
            case PAUSE -> {
                if (!paused) {
                    paused = true;
                    overflow.pause();
                }
            }
            case DROP_OLDEST -> {
                // Keep the newest message, whatever its size.
                while (bytes > maxBytes && waiting.size() > 1) {
                    Waiting oldest = waiting.remove();
                    bytes -= oldest.cost;
                    overflow.dropped(oldest.channel);
                }
            }
            case DISCONNECT -> {
                if (!full) {
                    full = true;
                    overflow.disconnect();
                }
            }
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            overflow.resume();
        }
    }

    /** Handlers that end synchronously do not recurse: the outer loop continues. */
    private void next() {
        if (starting) {
            return;
        }
        starting = true;
        try {
            while (running < maxRunning && !waiting.isEmpty()) {
                running++;
                waiting.remove().handler.run();
            }
        } finally {
            starting = false;
        }
    }
}
