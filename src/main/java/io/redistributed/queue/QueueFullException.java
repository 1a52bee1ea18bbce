package io.redistributed.queue;

/** Thrown when {@code maxWaiting} reports wait. Nothing was stored; a later retry may succeed. */
public final class QueueFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    QueueFullException(int maxWaiting) {
        super("the queue is full: " + maxWaiting + " reports are waiting", null, false, false);
    }
}
