package io.redistributed.telemetry;

import static io.opentelemetry.semconv.ErrorAttributes.ERROR_TYPE;
import static io.opentelemetry.semconv.HttpAttributes.HTTP_RESPONSE_STATUS_CODE;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.redistributed.vertx.server.ServerInternals;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.spi.tracing.TagExtractor;
import java.util.Locale;

/**
 * The status and attributes of a finished span by OpenTelemetry's conventions. Vert.x alone writes the status code as text and never sets the status of the span.
 *
 * @param attributes {@code http.response.status_code} if there was a response, {@code error.type} if it was an error
 * @param description null if there is no error, empty if the status code is sufficient
 */
record RequestOutcome(Attributes attributes, String description) {

    private static final int SERVER_ERRORS = 500;
    private static final int CLIENT_ERRORS = 400;

    /** Returns the outcome of a server span: 4xx is not a server error. */
    static RequestOutcome ofServer(Object response, Throwable failure) {
        return of(response, failure, SERVER_ERRORS);
    }

    static RequestOutcome ofClient(Object response, Throwable failure) {
        return of(response, failure, CLIENT_ERRORS);
    }

    private static RequestOutcome of(Object response, Throwable failure, int errorsFrom) {
        int status = ServerInternals.status(response);
        Attributes known = status > 0 ? Attributes.of(HTTP_RESPONSE_STATUS_CODE, (long) status) : Attributes.empty();
        if (failure != null) {
            String message = failure.getMessage() == null ? "" : failure.getMessage();
            return new RequestOutcome(with(known, type(failure)), message);
        }
        return status >= errorsFrom
                ? new RequestOutcome(with(known, String.valueOf(status)), "")
                : new RequestOutcome(known, null);
    }

    private static Attributes with(Attributes known, String errorType) {
        return known.toBuilder().put(ERROR_TYPE, errorType).build();
    }

    /** Ends the span; {@code tags} belong to a response other than HTTP. */
    <R> void end(Span span, R response, Throwable failure, TagExtractor<R> tags) {
        if (response != null && ServerInternals.status(response) == 0) {
            tags.extractTo(response, span::setAttribute);
        }
        span.setAllAttributes(attributes);
        if (failure != null) {
            span.recordException(failure);
        }
        if (description != null) {
            span.setStatus(StatusCode.ERROR, description);
        }
        span.end();
    }

    /** Returns a class name, or for the event bus {@code timeout}, {@code no_handlers}, {@code recipient_failure} or {@code error}. */
    private static String type(Throwable failure) {
        return failure instanceof ReplyException reply
                ? reply.failureType().name().toLowerCase(Locale.ROOT)
                : failure.getClass().getName();
    }
}
