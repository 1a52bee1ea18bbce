package io.redistributed.redis;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when Redis is unavailable: the command was not sent, or its reply was lost. A retry may succeed.
 *
 * @since 0.1.0
 */
public class RedisUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception without a stack trace, which would not show where the command came from.
     *
     * @param message names the address, without a password, and the reason
     * @param cause error of the client or the server; null if none
     */
    public RedisUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
