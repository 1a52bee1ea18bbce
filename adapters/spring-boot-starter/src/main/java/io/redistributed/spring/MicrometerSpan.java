package io.redistributed.spring;

import io.micrometer.tracing.TraceContext;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A span of a Micrometer tracer with OpenTelemetry's face. Attributes become tags, links tags as Brave has them. */
final class MicrometerSpan implements Span {

    private static final int TRACE_ID_CHARACTERS = 32;

    private final io.micrometer.tracing.Span span;
    private final SpanContext context;
    private final AtomicInteger links = new AtomicInteger();

    MicrometerSpan(io.micrometer.tracing.Span span) {
        this.span = span;
        this.context = context(span.context());
    }

    private static SpanContext context(TraceContext context) {
        boolean isSampled = Boolean.TRUE.equals(context.sampled());
        return SpanContext.create(
                padded(context.traceId()),
                context.spanId(),
                isSampled ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                TraceState.getDefault());
    }

    /** Brave may have trace ids of 64 bits. */
    private static String padded(String traceId) {
        return "0".repeat(Math.max(0, TRACE_ID_CHARACTERS - traceId.length())) + traceId;
    }

    io.micrometer.tracing.Span span() {
        return span;
    }

    @Override
    public <T> Span setAttribute(AttributeKey<T> key, @Nullable T value) {
        if (value instanceof Long number) {
            span.tag(key.getKey(), number);
        } else if (value != null) {
            span.tag(key.getKey(), value.toString());
        }
        return this;
    }

    @Override
    public Span addEvent(String name, Attributes attributes) {
        span.event(name);
        return this;
    }

    @Override
    public Span addEvent(String name, Attributes attributes, long timestamp, TimeUnit unit) {
        span.event(name, timestamp, unit);
        return this;
    }

    @Override
    public Span addLink(SpanContext linked, Attributes attributes) {
        String link = "links[" + links.getAndIncrement() + "].";
        span.tag(link + "traceId", linked.getTraceId()).tag(link + "spanId", linked.getSpanId());
        return this;
    }

    @Override
    public Span setStatus(StatusCode code, String description) {
        if (code == StatusCode.ERROR) {
            span.tag("error", description);
        }
        return this;
    }

    @Override
    public Span recordException(Throwable exception, Attributes attributes) {
        span.error(exception);
        return this;
    }

    @Override
    public Span updateName(String name) {
        span.name(name);
        return this;
    }

    @Override
    public void end() {
        span.end();
    }

    @Override
    public void end(long timestamp, TimeUnit unit) {
        span.end(timestamp, unit);
    }

    @Override
    public SpanContext getSpanContext() {
        return context;
    }

    @Override
    public boolean isRecording() {
        return !span.isNoop();
    }
}
