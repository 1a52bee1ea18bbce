package io.redistributed.export.collector;

import java.time.Duration;

/** A collector refused an export, or did not answer as its protocol requires. */
public final class CollectorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String type;
    private final boolean retryable;
    private final Duration retryAfter;

    /**
     * @param type {@code error.type} of the conventions: a gRPC status ({@code UNAVAILABLE}) or an HTTP status ({@code 503})
     * @param retryable whether the OTLP specification allows another attempt: <a
     *     href="https://opentelemetry.io/docs/specs/otlp/#failures">Failures</a>
     * @param retryAfter how long the collector asks to wait before that; zero if it does not
     */
    CollectorException(String message, String type, boolean retryable, Duration retryAfter) {
        super(message, null, false, false);
        this.type = type;
        this.retryable = retryable;
        this.retryAfter = retryAfter;
    }

    public String type() {
        return type;
    }

    public boolean retryable() {
        return retryable;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
