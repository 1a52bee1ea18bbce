package io.redistributed.pubsub.vertx;

/**
 * Selects what a subscriber does when its buffer is full.
 *
 * @since 0.1.0
 */
public enum OverflowPolicy {
    /**
     * Stops reading until half of the buffer is free, while Redis buffers the messages. If they exceed
     * {@code client-output-buffer-limit pubsub} (by default 32 MB, or 8 MB for 60 s), Redis closes the connection and
     * the messages are lost. The default.
     */
    PAUSE,

    /** Drops the oldest queued messages and counts them. */
    DROP_OLDEST,

    /**
     * Closes the connection, processes the buffered messages, and reconnects when half of the buffer is free. Messages
     * published in between are lost; the state is {@link TracedSubscriber.State#RECONNECTING}.
     */
    DISCONNECT
}
