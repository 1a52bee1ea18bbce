package io.redistributed.testing;

import static io.redistributed.testing.Waiting.eventually;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** An OpenTelemetry SDK that keeps its ended spans and its metrics for tests to look at. */
public final class Traces implements AutoCloseable {

    private final InMemorySpanExporter ended = InMemorySpanExporter.create();
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk;

    /** Records every own trace, and others by their sampled flag. */
    public Traces() {
        this(Sampler.parentBased(Sampler.alwaysOn()));
    }

    public Traces(Sampler sampler) {
        sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setSampler(sampler)
                        .addSpanProcessor(SimpleSpanProcessor.create(ended))
                        .build())
                .setMeterProvider(
                        SdkMeterProvider.builder().registerMetricReader(metrics).build())
                .setPropagators(ContextPropagators.create(TextMapPropagator.composite(
                        W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
                .build();
    }

    public OpenTelemetry openTelemetry() {
        return sdk;
    }

    public Tracer tracer() {
        return sdk.getTracer("test");
    }

    /** Calls {@code action} within a new root span of that name. */
    public <T> T within(String name, Supplier<T> action) {
        Span span = tracer().spanBuilder(name).setNoParent().startSpan();
        try {
            return Context.root().with(span).wrapSupplier(action).get();
        } finally {
            span.end();
        }
    }

    /** All spans that have ended. */
    public List<SpanData> spans() {
        return ended.getFinishedSpanItems();
    }

    /** The ended spans of that name. */
    public List<SpanData> spans(String name) {
        return spans().stream().filter(span -> span.getName().equals(name)).toList();
    }

    /** Waits for the one span of that name to end. */
    public SpanData span(String name) {
        eventually(() -> !spans(name).isEmpty());
        List<SpanData> found = spans(name);
        if (found.size() > 1) {
            throw new AssertionError(found.size() + " spans named " + name);
        }
        return found.get(0);
    }

    /** The metric of that name, of all that was recorded; empty if nothing was. */
    public Optional<MetricData> metric(String name) {
        return metrics().stream()
                .filter(metric -> metric.getName().equals(name))
                .findFirst();
    }

    /** All metrics, each as it is since the beginning. */
    public Collection<MetricData> metrics() {
        return metrics.collectAllMetrics();
    }

    /** Forgets the spans that have ended. */
    public void reset() {
        ended.reset();
    }

    @Override
    public void close() {
        sdk.close();
    }
}
