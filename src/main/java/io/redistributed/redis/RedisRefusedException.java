package io.redistributed.redis;

/**
 * Thrown when Redis refuses a command until an operator acts: Redis is out of memory ({@code OOM}), cannot write to
 * disk ({@code MISCONF}), denies permission ({@code NOPERM}, {@code NOAUTH}, {@code WRONGPASS}), or a key has another
 * type ({@code WRONGTYPE}). A single command had no effect; a script has none if its first write was refused.
 *
 * @since 0.1.0
 */
public final class RedisRefusedException extends RedisUnavailableException {

    private static final long serialVersionUID = 1L;

    /** The code at the start of the server's error. */
    private final String code;

    /**
     * Creates the exception without a stack trace.
     *
     * @param code the code at the start of the server's error
     * @param message names the address, without a password, and the server's message
     * @param cause the server's error
     */
    public RedisRefusedException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** {@return the code at the start of the server's error, such as {@code OOM}} */
    public String code() {
        return code;
    }
}
