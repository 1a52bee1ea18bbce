package io.redistributed.pubsub.vertx;

import io.redistributed.redis.RedisUnavailableException;

/**
 * Thrown when the connection closed because handlers were slower than publishers: Redis'
 * {@code client-output-buffer-limit pubsub} was exceeded while reading was paused, or the buffer with
 * {@link OverflowPolicy#DISCONNECT}. Messages published until the next connection are lost.
 *
 * @since 0.1.0
 */
public final class SlowSubscriberException extends RedisUnavailableException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception without a stack trace.
     *
     * @param message names the exceeded limit and its setting
     */
    public SlowSubscriberException(String message) {
        super(message, null);
    }
}
