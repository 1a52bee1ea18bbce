package io.redistributed.redis;

/**
 * What {@code error.type} says of a failed call to Redis: the code of the server's error reply, such as {@code NOPERM}, be
 * it the cause of another exception; else the name of the exception's class.
 *
 * @since 0.1.0
 */
public final class ErrorKind {

    private ErrorKind() {}

    /**
     * Names a failure.
     *
     * @param failure of a call to Redis, or of anything else
     * @return few different ones, so that metrics can have them
     */
    public static String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String code = RedisErrorClass.code(cause);
            if (!code.isEmpty()) {
                return code;
            }
        }
        return failure.getClass().getName();
    }

    /**
     * Whether the server has answered with an error.
     *
     * @param failure of a call to Redis, or of anything else
     * @return true if it is the server's error reply, or was caused by one; false for a lost connection or a timeout
     */
    public static boolean isErrorReply(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (RedisErrorClass.of(cause, -1) != RedisErrorClass.NONE) {
                return true;
            }
        }
        return false;
    }
}
