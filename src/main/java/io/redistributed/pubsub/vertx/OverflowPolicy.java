package io.redistributed.pubsub.vertx;

/**
 * What a subscriber does with more messages than its buffer holds.
 *
 * @since 0.1.0
 */
public enum OverflowPolicy {
    /**
     * Stops reading until half of the buffer is free; Redis keeps the messages meanwhile. It does so up to its
     * {@code client-output-buffer-limit pubsub} (by default 32 MB, or more than 8 MB for 60 s), then it ends the connection,
     * and what it kept is lost. The default.
     */
    PAUSE,

    /** Drops the oldest messages that no handler has, and counts them. */
    DROP_OLDEST,

    /**
     * Ends the connection, handles what has been read, and connects again when half of the buffer is free. Messages
     * published meanwhile are lost, and {@link TracedSubscriber.State#RECONNECTING} says so.
     */
    DISCONNECT
}
