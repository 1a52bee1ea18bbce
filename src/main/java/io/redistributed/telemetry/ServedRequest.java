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
import io.vertx.core.http.HttpServerRequest;

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

    ServedRequest(HttpServerRequest request, KnownMethods methods) {
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

    double seconds() {
        return (System.nanoTime() - startedNanos) * NANOS;
    }

    /** @param outcome status and error */
    Series series(Attributes outcome) {
        return new Series(method, version, scheme, route, outcome);
    }
}
