package io.redistributed.redis;

import org.jspecify.annotations.Nullable;

/**
 * Redis cannot be reached now; the command was not sent, or its reply was lost. Trying again later may succeed.
 *
 * @since 0.1.0
 */
public class RedisUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Without a stack trace, which would say nothing of where the command came from.
     *
     * @param message names the address, without a password, and the reason
     * @param cause what the client or the server said; null if nothing
     */
    public RedisUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
