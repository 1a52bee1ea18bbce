package io.redistributed.spring;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelSpan;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/**
 * The current trace of Micrometer's bridge to OpenTelemetry. Its current span is a value of OpenTelemetry's context beside
 * the span, so that a span that is made current without the bridge is not seen by it.
 */
final class BridgeTrace implements CurrentTrace {

    private final SpanObservations observations;

    BridgeTrace(Tracer tracer) {
        observations = new SpanObservations(tracer);
    }

    @Override
    public Scope beforePublish() {
        return Scope.noop();
    }

    @Override
    public Scope enter(Context context) {
        Span span = Span.fromContext(context);
        return span.getSpanContext().isValid()
                ? observations.open(OtelSpan.fromOtel(span, context))
                : context.makeCurrent();
    }
}
