package io.redistributed.pubsub;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Unwraps and names failures of stages and handlers. */
final class ErrorTypes {

    private ErrorTypes() {}

    /** Returns the failure without the exceptions that futures wrap around it. */
    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Returns {@code error.type}: the class name of the exception. */
    static String nameOf(Throwable failure) {
        return failure.getClass().getName();
    }
}
