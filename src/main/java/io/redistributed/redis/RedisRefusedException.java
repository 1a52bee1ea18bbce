package io.redistributed.redis;

/**
 * Redis answers, and refuses the command until an operator changes something: it is out of memory ({@code OOM}), cannot
 * write to its disk ({@code MISCONF}), denies permission ({@code NOPERM}, {@code NOAUTH}, {@code WRONGPASS}), or a key is of
 * another type ({@code WRONGTYPE}). A single command had no effect; a script has none if its first write was refused.
 *
 * @since 0.1.0
 */
public final class RedisRefusedException extends RedisUnavailableException {

    private static final long serialVersionUID = 1L;

    /** The word in capitals that the server's error begins with. */
    private final String code;

    /**
     * Without a stack trace.
     *
     * @param code the word in capitals that the server's error begins with
     * @param message names the address, without a password, and the server's words
     * @param cause the server's error
     */
    public RedisRefusedException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** {@return the word in capitals that the server's error begins with, such as {@code OOM}} */
    public String code() {
        return code;
    }
}
