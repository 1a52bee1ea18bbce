package io.redistributed.api.http;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.vertx.ext.web.RoutingContext;

/** The trace of the current request. */
public final class RequestTrace {

    private RequestTrace() {}

    /** Returns the trace id, 32 hex digits; empty if the request is not traced. */
    public static String id() {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid() ? span.getTraceId() : "";
    }

    /** Sets {@code X-Trace-Id} on the response. */
    public static void addHeader(RoutingContext routing) {
        String id = id();
        if (!id.isEmpty()) {
            routing.response().putHeader("x-trace-id", id);
        }
    }
}
