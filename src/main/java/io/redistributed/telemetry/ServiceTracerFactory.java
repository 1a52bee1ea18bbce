package io.redistributed.telemetry;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingOptions;
import java.util.function.Predicate;

/**
 * Gives a Vert.x its tracer: spans of HTTP and of the event bus by OpenTelemetry's conventions, under the service that their
 * verticle was deployed as. Records
 * {@code http.server.request.duration} of every request that an HTTP server gets.
 *
 * <p>HTTP methods that are not of the standards, or of the list in {@code OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS}, are
 * {@code _OTHER}.
 */
public final class ServiceTracerFactory implements VertxTracerFactory {

    private final Telemetry telemetry;
    private final Predicate<HttpServerRequest> traced;

    /** @param traced which HTTP requests get a span; others have the metric alone; called on event loops */
    public ServiceTracerFactory(Telemetry telemetry, Predicate<HttpServerRequest> traced) {
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
