package io.redistributed.pubsub;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Unwraps and names failures of stages and handlers. */
final class ErrorTypes {

    private static final Pattern REPLY = Pattern.compile("([A-Z][A-Z0-9_]+) .*", Pattern.DOTALL);

    private ErrorTypes() {}

    /** Returns the code at the start of an error reply; what {@code others} returns if it has none. */
    static String ofReply(Throwable failure, Function<Throwable, String> others) {
        Matcher reply = REPLY.matcher(String.valueOf(failure.getMessage()));
        return reply.matches() ? reply.group(1) : others.apply(failure);
    }

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
