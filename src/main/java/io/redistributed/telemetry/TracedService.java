package io.redistributed.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import io.vertx.tracing.opentelemetry.Operation;
import java.util.List;

/** The tracer that Vert.x has for one service, and that service's HTTP metric. */
final class TracedService {

    /** In seconds, as the conventions advise. */
    private static final List<Double> BUCKETS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

    private final VertxTracer<Operation, Operation> tracer;
    private final DoubleHistogram served;

    // The class behind the factory is not public, its span type is.
    @SuppressWarnings("unchecked")
    TracedService(OpenTelemetry openTelemetry) {
        this.tracer = (VertxTracer<Operation, Operation>) new OpenTelemetryTracingFactory(openTelemetry).tracer(null);
        this.served = openTelemetry
                .getMeter("io.redistributed.telemetry")
                .histogramBuilder("http.server.request.duration")
                .setDescription("Duration of HTTP server requests")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(BUCKETS)
                .build();
    }

    VertxTracer<Operation, Operation> tracer() {
        return tracer;
    }

    /** @param span of the request, not valid if it has none */
    void served(ServedRequest request, Attributes outcome, Span span) {
        served.record(
                request.seconds(), request.attributes(outcome), Context.root().with(span));
    }
}
