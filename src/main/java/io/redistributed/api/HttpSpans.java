package io.redistributed.api;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What the router knows and Vert.x' HTTP server span lacks: the route. */
final class HttpSpans {

    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");

    private HttpSpans() {}

    /** Routes {@code path} and names the spans of its requests, {@code POST /reports}. */
    static Route route(Router router, HttpMethod method, String path) {
        String template = path.replaceAll(":(\\w+)", "{$1}");
        String name = method + " " + template;
        Handler<RoutingContext> naming = routing -> {
            Span.current().updateName(name).setAttribute(ROUTE, template);
            routing.next();
        };
        // A route of its own: the body handler must be the first of the route that it is on.
        router.route(method, path).handler(naming);
        return router.route(method, path);
    }

    /** Tells every client the trace of its request. */
    static void tellTraceId(RoutingContext routing) {
        String traceId = traceId();
        if (!traceId.isEmpty()) {
            routing.response().putHeader("x-trace-id", traceId);
        }
        routing.next();
    }

    /** The trace of the current request, 32 hex digits; empty if it is not traced. */
    static String traceId() {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid() ? span.getTraceId() : "";
    }
}
