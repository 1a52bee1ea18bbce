package io.redistributed.queue;

/**
 * Thrown when {@code maxWaiting} reports wait, or the free places are kept for other owners. Nothing was stored; a later
 * retry may succeed.
 */
public final class QueueFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param id of the report */
    QueueFullException(String id, int maxWaiting) {
        super(
                Owner.isOwned(id)
                        ? "the queue is full, or the free places are kept for other callers: at most " + maxWaiting
                                + " reports wait, and of one caller at most 8 for each free place"
                        : "the queue is full: " + maxWaiting + " reports are waiting",
                null,
                false,
                false);
    }
}
