package io.redistributed.redis;

/** Signals a file of credentials that cannot be used. The message names the file and contains nothing of it. */
final class UnreadableCredentialsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableCredentialsException(String message, Throwable cause) {
        super(message, cause);
    }
}
