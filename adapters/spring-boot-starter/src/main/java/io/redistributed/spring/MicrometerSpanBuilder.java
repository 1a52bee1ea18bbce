package io.redistributed.spring;

import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts spans of a Micrometer tracer. The parent of a PRODUCER span is the tracer's current span; that of another span is
 * the span of the given context.
 */
final class MicrometerSpanBuilder implements SpanBuilder {

    private final String name;
    private final Tracer tracer;
    private final MicrometerPropagation propagation;
    private final AttributesBuilder attributes = Attributes.builder();
    private Context parent = Context.root();
    private SpanKind kind = SpanKind.INTERNAL;

    MicrometerSpanBuilder(String name, Tracer tracer, MicrometerPropagation propagation) {
        this.name = name;
        this.tracer = tracer;
        this.propagation = propagation;
    }

    @Override
    public Span startSpan() {
        io.micrometer.tracing.Span.Builder builder = builder().name(name);
        if (kind != SpanKind.INTERNAL) {
            builder = builder.kind(io.micrometer.tracing.Span.Kind.valueOf(kind.name()));
        }
        MicrometerSpan span = new MicrometerSpan(builder.start());
        span.setAllAttributes(attributes.build());
        return span;
    }

    private io.micrometer.tracing.Span.Builder builder() {
        if (kind == SpanKind.PRODUCER) {
            io.micrometer.tracing.Span current = tracer.currentSpan();
            return current == null
                    ? tracer.spanBuilder().setNoParent()
                    : tracer.spanBuilder().setParent(current.context());
        }
        SpanContext sender = Span.fromContext(parent).getSpanContext();
        return sender.isValid()
                ? propagation.child(parent, sender)
                : tracer.spanBuilder().setNoParent();
    }

    @Override
    public SpanBuilder setParent(Context context) {
        parent = context;
        return this;
    }

    @Override
    public SpanBuilder setNoParent() {
        parent = Context.root();
        return this;
    }

    @Override
    public SpanBuilder setSpanKind(SpanKind spanKind) {
        kind = spanKind;
        return this;
    }

    @Override
    public <T> SpanBuilder setAttribute(AttributeKey<T> key, @Nullable T value) {
        if (value != null) {
            attributes.put(key, value);
        }
        return this;
    }

    @Override
    public SpanBuilder setAttribute(String key, @Nullable String value) {
        return setAttribute(AttributeKey.stringKey(key), value);
    }

    @Override
    public SpanBuilder setAttribute(String key, long value) {
        return setAttribute(AttributeKey.longKey(key), value);
    }

    @Override
    public SpanBuilder setAttribute(String key, double value) {
        return setAttribute(AttributeKey.doubleKey(key), value);
    }

    @Override
    public SpanBuilder setAttribute(String key, boolean value) {
        return setAttribute(AttributeKey.booleanKey(key), value);
    }

    /** The library links after the start. */
    @Override
    public SpanBuilder addLink(SpanContext spanContext) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SpanBuilder addLink(SpanContext spanContext, Attributes linkAttributes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SpanBuilder setStartTimestamp(long timestamp, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }
}
