package io.redistributed.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.ImplicitContextKeyed;
import io.vertx.core.http.HttpServerRequest;

/**
 * An HTTP request while a server of this Vert.x works on it, for {@link ServiceTracerFactory} to tell of when it has
 * ended. Carried by the request's context, also if it gets no span. Used on the request's event loop.
 */
public final class ServedRequest implements ImplicitContextKeyed {

    private static final ContextKey<ServedRequest> KEY = ContextKey.named("io.redistributed.served-request");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final double NANOS = 1e-9;

    private final long startedNanos = System.nanoTime();
    private final String methodInName;
    private final Attributes known;
    private String route;

    ServedRequest(HttpServerRequest request, KnownMethods methods) {
        String method = request.method().name();
        // Null values are left out.
        this.known = Attributes.builder()
                .put(HttpConventions.METHOD, methods.attribute(method))
                .put(HttpConventions.VERSION, HttpConventions.version(request.version()))
                .put(HttpConventions.SCHEME, request.scheme())
                .build();
        this.methodInName = methods.inSpanName(method);
    }

    /**
     * To be called by a router, which alone knows the route: names the current request's span {@code POST /reports/{id}},
     * and gives span and metric their {@code http.route}. Of no effect without a request that a
     * {@link ServiceTracerFactory}'s tracer has seen.
     *
     * @param template a path of which there are few, such as {@code /reports/{id}}
     */
    public static void routed(String template) {
        ServedRequest current = Context.current().get(KEY);
        if (current != null) {
            current.route = template;
            Span.current().updateName(current.methodInName + ' ' + template).setAttribute(ROUTE, template);
        }
    }

    @Override
    public Context storeInContext(Context context) {
        return context.with(KEY, this);
    }

    double seconds() {
        return (System.nanoTime() - startedNanos) * NANOS;
    }

    /** Those of the metric; {@code outcome} has status and error. */
    Attributes attributes(Attributes outcome) {
        AttributesBuilder all = known.toBuilder().putAll(outcome);
        if (route != null) {
            all.put(ROUTE, route);
        }
        return all.build();
    }
}
