package io.redistributed.api.http;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.redistributed.telemetry.ServedRequest;
import io.vertx.ext.web.RoutingContext;

/** The trace of the current request. */
public final class RequestTrace {

    private RequestTrace() {}

    /** Returns the trace id, 32 hex digits; empty if the request is not traced. */
    public static String id() {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid() ? span.getTraceId() : "";
    }

    /** Completes the trace's start and sets {@code X-Trace-Id} on the response. Must run after {@link RequestEnd#watch}. */
    public static void begin(RoutingContext routing) {
        ServedRequest.complete(routing.request(), RequestEnd.of(routing));
        String id = id();
        if (!id.isEmpty()) {
            routing.response().putHeader("x-trace-id", id);
        }
    }
}
