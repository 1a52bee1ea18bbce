package io.redistributed.redis;

/** Redis cannot be reached now; the command was not sent, or its reply was lost. Trying again later may succeed. */
public final class RedisUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RedisUnavailableException(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
