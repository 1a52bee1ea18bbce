package io.redistributed.testing;

import static io.redistributed.testing.Waiting.eventually;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import java.util.function.Supplier;

/** An OpenTelemetry SDK that keeps its ended spans for tests to look at. */
public final class Traces implements AutoCloseable {

    private final InMemorySpanExporter ended = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk;

    /** Records every trace of its own, and those of others by their sampled flag. */
    public Traces() {
        this(Sampler.parentBased(Sampler.alwaysOn()));
    }

    public Traces(Sampler sampler) {
        sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setSampler(sampler)
                        .addSpanProcessor(SimpleSpanProcessor.create(ended))
                        .build())
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

    /** Forgets the spans that have ended. */
    public void reset() {
        ended.reset();
    }

    @Override
    public void close() {
        sdk.close();
    }
}
