package io.redistributed.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Holds the tracer, propagator and HTTP metric of one service for Vert.x' spans. */
final class TracedService {

    /** Bucket bounds in seconds, as the conventions advise. */
    private static final List<Double> BUCKETS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

    /** Bounds the values that clients can invent, such as schemes in HTTP/2. */
    private static final int MAX_SERIES = 1_000;

    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final DoubleHistogram served;
    private final Map<ServedRequest.Series, Attributes> series = new ConcurrentHashMap<>();

    TracedService(OpenTelemetry openTelemetry) {
        this.tracer = openTelemetry.getTracer("io.vertx");
        this.propagator = openTelemetry.getPropagators().getTextMapPropagator();
        this.served = openTelemetry
                .getMeter("io.redistributed.telemetry")
                .histogramBuilder("http.server.request.duration")
                .setDescription("Duration of HTTP server requests")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(BUCKETS)
                .build();
    }

    Tracer tracer() {
        return tracer;
    }

    TextMapPropagator propagator() {
        return propagator;
    }

    /** @param span span of the request; invalid if it has none */
    void served(ServedRequest request, Attributes outcome, Span span) {
        served.record(
                request.seconds(),
                attributes(request.series(outcome)),
                Context.root().with(span));
    }

    private Attributes attributes(ServedRequest.Series of) {
        Attributes known = series.get(of);
        if (known == null) {
            known = of.attributes();
            if (series.size() < MAX_SERIES) {
                series.put(of, known);
            }
        }
        return known;
    }
}
