package io.redistributed.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.spi.observability.HttpResponse;
import io.vertx.core.spi.tracing.TagExtractor;
import java.util.Locale;

/**
 * How a span of Vert.x' ends, by OpenTelemetry's conventions: Vert.x gives the status code as text and keeps the status of
 * the span unset, whatever came of it.
 *
 * @param attributes {@code http.response.status_code} if there was a response, {@code error.type} if it was an error
 * @param description null if there is no error, empty if the status code says it all
 */
record RequestOutcome(Attributes attributes, String description) {

    private static final int SERVER_ERRORS = 500;
    private static final int CLIENT_ERRORS = 400;

    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    /** What a client did wrong is no error of the server's. */
    static RequestOutcome ofServer(Object response, Throwable failure) {
        return of(response, failure, SERVER_ERRORS);
    }

    static RequestOutcome ofClient(Object response, Throwable failure) {
        return of(response, failure, CLIENT_ERRORS);
    }

    private static RequestOutcome of(Object response, Throwable failure, int errorsFrom) {
        AttributesBuilder attributes = Attributes.builder();
        int status = response instanceof HttpResponse http ? http.statusCode() : 0;
        if (status > 0) {
            attributes.put(STATUS, (long) status);
        }
        if (failure != null) {
            attributes.put(ERROR_TYPE, type(failure));
            return new RequestOutcome(attributes.build(), failure.getMessage() == null ? "" : failure.getMessage());
        }
        if (status >= errorsFrom) {
            return new RequestOutcome(
                    attributes.put(ERROR_TYPE, String.valueOf(status)).build(), "");
        }
        return new RequestOutcome(attributes.build(), null);
    }

    /** A response's tags, unless they are told here. */
    static <R> TagExtractor<R> otherTags(R response, TagExtractor<R> tags) {
        return response instanceof HttpResponse ? TagExtractor.empty() : tags;
    }

    void putOn(Span span) {
        span.setAllAttributes(attributes);
        if (description != null) {
            span.setStatus(StatusCode.ERROR, description);
        }
    }

    /** A class name, or for the event bus {@code timeout}, {@code no_handlers}, {@code recipient_failure} or {@code error}. */
    private static String type(Throwable failure) {
        return failure instanceof ReplyException reply
                ? reply.failureType().name().toLowerCase(Locale.ROOT)
                : failure.getClass().getName();
    }
}
