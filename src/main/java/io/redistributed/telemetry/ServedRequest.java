package io.redistributed.telemetry;

import static io.opentelemetry.semconv.HttpAttributes.HTTP_REQUEST_METHOD;
import static io.opentelemetry.semconv.HttpAttributes.HTTP_ROUTE;
import static io.opentelemetry.semconv.NetworkAttributes.NETWORK_PROTOCOL_VERSION;
import static io.opentelemetry.semconv.UrlAttributes.URL_SCHEME;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.ImplicitContextKeyed;
import io.redistributed.vertx.server.ReceivedRequest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/**
 * An HTTP request in progress, whose end {@link ServiceTracerFactory} records. Stored in the request's context, even without a span. Used on the request's event loop.
 */
public final class ServedRequest implements ImplicitContextKeyed {

    private static final ContextKey<ServedRequest> KEY = ContextKey.named("io.redistributed.served-request");
    private static final double NANOS = 1e-9;

    private final long startedNanos = System.nanoTime();
    private final String methodInName;
    private final String method;
    private final String version;
    private final String scheme;
    private String route;
    private HttpServerResponse response;
    private Future<Void> responseEnd;

    ServedRequest(ReceivedRequest request, KnownMethods methods) {
        this.method = methods.attribute(request.method().name());
        this.version = HttpConventions.version(request.version());
        this.scheme = request.scheme();
        this.methodInName = methods.inSpanName(request.method().name());
    }

    /** The metric attributes of a request. Values may be null. */
    record Series(String method, String version, String scheme, String route, Attributes outcome) {

        Attributes attributes() {
            return outcome.toBuilder()
                    .put(HTTP_REQUEST_METHOD, method)
                    .put(NETWORK_PROTOCOL_VERSION, version)
                    .put(URL_SCHEME, scheme)
                    .put(HTTP_ROUTE, route)
                    .build();
        }
    }

    /**
     * Adds what Vert.x does not pass to tracers over HTTP/2: the client's address, and the end of the response, of which
     * they get the head. Called before the current request is handled. Has no effect over HTTP/1.
     *
     * @param responseEnd succeeds when the response has ended
     */
    public static void complete(HttpServerRequest request, Future<Void> responseEnd) {
        ServedRequest current = Context.current().get(KEY);
        if (current != null && request.version() == HttpVersion.HTTP_2) {
            current.response = request.response();
            current.responseEnd = responseEnd;
            HttpConventions.addClient(Span.current(), request.remoteAddress());
        }
    }

    /**
     * Sets the route of the current request: names its span, such as {@code POST /reports/{id}}, and sets {@code http.route} of span and metric. Called by the router. Has no effect without a request seen by a {@link ServiceTracerFactory}'s tracer.
     *
     * @param template low-cardinality path, such as {@code /reports/{id}}
     */
    public static void routed(String template) {
        ServedRequest current = Context.current().get(KEY);
        if (current != null) {
            current.route = template;
            Span.current().updateName(current.methodInName + ' ' + template).setAttribute(HTTP_ROUTE, template);
        }
    }

    @Override
    public Context storeInContext(Context context) {
        return context.with(KEY, this);
    }

    /** Returns the end of the response if Vert.x reports an earlier one, else null. */
    Future<Void> responseEnd() {
        return responseEnd;
    }

    /** Returns the response that {@link #responseEnd} ends. */
    HttpServerResponse response() {
        return response;
    }

    double seconds() {
        return (System.nanoTime() - startedNanos) * NANOS;
    }

    /** @param outcome status and error */
    Series series(Attributes outcome) {
        return new Series(method, version, scheme, route, outcome);
    }
}
