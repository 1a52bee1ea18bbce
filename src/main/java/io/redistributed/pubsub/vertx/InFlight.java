package io.redistributed.pubsub.vertx;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the messages in handlers by their number, and those with all that wait for a handler by their bytes. Used on one
 * event loop.
 */
final class InFlight {

    /** What becomes of messages that exceed the buffer. */
    interface Overflow {

        /** Reads no more, until {@link #resume}. */
        void pause();

        void resume();

        /** A message was dropped. */
        void dropped(String channel);

        /** The connection is to be ended; the next one is to wait for {@link InFlight#hasRoom}. */
        void disconnect();
    }

    /** Objects around a message, about. */
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

    /** Starts a handler now, or once another is done. Its end is told by {@link #done} with the same size. */
    void add(String channel, int size, Runnable handler) {
        int cost = size + OVERHEAD;
        bytes += cost;
        waiting.add(new Waiting(channel, cost, handler));
        next();
        if (bytes > maxBytes && !closed) {
            overflow();
        }
    }

    /** A handler has ended. */
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

    /** Whether at least half of the buffer is free, so that reading may go on. */
    boolean hasRoom() {
        return bytes <= maxBytes / 2;
    }

    /** From now on reading is not paused, whatever still runs: others may read from the same connection. */
    void close() {
        closed = true;
        resume();
    }

    /** Completes when no handler runs and no message waits for one. */
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
                // The newest stays, however large it is.
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

    /** Handlers that end at once do not nest: the loop that started them goes on. */
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
