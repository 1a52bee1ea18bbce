package io.redistributed.pubsub;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What failures of a stage or a handler really are. */
final class ErrorTypes {

    private ErrorTypes() {}

    /** Without the exceptions that futures wrap around it. */
    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The value of {@code error.type}: the name of the exception's class. */
    static String nameOf(Throwable failure) {
        return failure.getClass().getName();
    }
}
