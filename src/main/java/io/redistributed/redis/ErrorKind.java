package io.redistributed.redis;

/**
 * What {@code error.type} says of a failed call to Redis: the code of the server's error reply, such as {@code NOPERM}, be
 * it the cause of another exception; else the name of the exception's class.
 */
public final class ErrorKind {

    private ErrorKind() {}

    public static String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String code = Refusal.code(cause);
            if (!code.isEmpty()) {
                return code;
            }
        }
        return failure.getClass().getName();
    }
}
