package io.redistributed.redis;

import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Derives {@code error.type} of a failed call to Redis: the code of the server's error reply, such as {@code NOPERM},
 * also if the reply is the cause of another exception; otherwise the class name of the exception.
 *
 * @since 0.1.0
 */
public final class ErrorKind {

    private static final String TOO_LONG = "Protocol error: invalid bulk length";

    private ErrorKind() {}

    /**
     * Names a failure.
     *
     * @param failure any failure
     * @return a name of low cardinality, fit for metrics
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
     * Returns whether the server replied with an error.
     *
     * @param failure any failure
     * @return true if the failure is an error reply or was caused by one; false for a lost connection or a timeout
     */
    public static boolean isErrorReply(Throwable failure) {
        return hasCause(failure, cause -> RedisErrorClass.of(cause, -1) != RedisErrorClass.NONE);
    }

    /**
     * Returns whether the server does not accept a value because of its size, which its setting {@code proto-max-bulk-len} limits.
     * The server closes the connection.
     *
     * @param failure any failure
     * @return true if the failure is such an error reply or was caused by one
     */
    public static boolean isTooLong(Throwable failure) {
        return hasCause(
                failure,
                cause -> RedisErrorClass.of(cause, -1) == RedisErrorClass.FINAL
                        && RedisErrorClass.text(cause).contains(TOO_LONG));
    }

    private static boolean hasCause(Throwable failure, Predicate<Throwable> matches) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).anyMatch(matches);
    }
}
