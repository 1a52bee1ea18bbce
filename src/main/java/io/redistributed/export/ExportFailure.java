package io.redistributed.export;

import io.redistributed.export.collector.CollectorException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * The reason why an attempt to export failed, and whether to retry. Without a response, the export is retried.
 *
 * @param reason text for the log
 * @param type {@code error.type} of the conventions: a gRPC status ({@code UNAVAILABLE}), an HTTP status ({@code 503}),
 *     {@code timeout}, or the class of an exception
 * @param retryAfter how long the collector asks to wait; zero if it does not
 */
record ExportFailure(String reason, String type, boolean retryable, Duration retryAfter) {

    private static final int MAX_CAUSES = 16;

    static ExportFailure of(Throwable cause) {
        if (cause instanceof CollectorException refusal) {
            return new ExportFailure(refusal.getMessage(), refusal.type(), refusal.retryable(), refusal.retryAfter());
        }
        if (cause instanceof TimeoutException) {
            return new ExportFailure("no response in time", "timeout", true, Duration.ZERO);
        }
        // Netty has subclasses of its own.
        Class<?> type = cause instanceof ConnectException ? ConnectException.class : cause.getClass();
        return new ExportFailure(type.getName() + ": " + message(cause), type.getName(), true, Duration.ZERO);
    }

    /** With the innermost cause: that of a failed TLS handshake says what is wrong. */
    private static String message(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause.getCause() != null; i++) {
            cause = cause.getCause();
        }
        String message = String.valueOf(failure.getMessage());
        String why = String.valueOf(cause.getMessage());
        return message.contains(why) ? message : message + ": " + why;
    }
}
