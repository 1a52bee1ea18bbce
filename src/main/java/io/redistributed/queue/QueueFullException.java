package io.redistributed.queue;

/** As many reports wait as may; nothing was stored. Trying again later may succeed. */
public final class QueueFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    QueueFullException(int maxWaiting) {
        super("the queue is full: " + maxWaiting + " reports are waiting", null, false, false);
    }
}
