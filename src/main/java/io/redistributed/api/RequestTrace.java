package io.redistributed.api;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.vertx.ext.web.RoutingContext;

/** The trace of the current request. */
final class RequestTrace {

    private RequestTrace() {}

    /** 32 hex digits; empty if the request is not traced. */
    static String id() {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid() ? span.getTraceId() : "";
    }

    /** Tells every client the trace of its request. */
    static void tell(RoutingContext routing) {
        String id = id();
        if (!id.isEmpty()) {
            routing.response().putHeader("x-trace-id", id);
        }
    }
}
