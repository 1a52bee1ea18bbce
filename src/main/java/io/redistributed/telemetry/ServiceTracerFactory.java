package io.redistributed.telemetry;

import io.redistributed.vertx.server.ReceivedRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingOptions;
import java.util.function.Predicate;

/**
 * Creates the tracer of a Vert.x: spans of HTTP and of the event bus by OpenTelemetry's conventions, under the service of their verticle. Records {@code http.server.request.duration} of every HTTP server request.
 *
 * <p>HTTP methods outside of the standards, or of the list in {@code OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS}, become {@code _OTHER}.
 */
public final class ServiceTracerFactory implements VertxTracerFactory {

    private final Telemetry telemetry;
    private final Predicate<ReceivedRequest> traced;

    /** @param traced selects the HTTP requests that get a span; the others are only in the metric; called on event loops */
    public ServiceTracerFactory(Telemetry telemetry, Predicate<ReceivedRequest> traced) {
        this.telemetry = telemetry;
        this.traced = traced;
    }

    @Override
    public VertxTracer<?, ?> tracer(TracingOptions options) {
        return new ServiceTracer(telemetry, traced, KnownMethods.fromEnvironment());
    }

    @Override
    public TracingOptions newOptions(JsonObject json) {
        return new TracingOptions(json);
    }
}
