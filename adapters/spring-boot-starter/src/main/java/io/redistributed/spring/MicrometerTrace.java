package io.redistributed.spring;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/** The current trace of a Micrometer tracer that is not built on OpenTelemetry, such as Brave's. */
final class MicrometerTrace implements CurrentTrace {

    private final Tracer tracer;
    private final MicrometerPropagation propagation;
    private final SpanObservations observations;

    MicrometerTrace(Tracer tracer, Propagator propagator) {
        this.tracer = tracer;
        this.propagation = new MicrometerPropagation(tracer, propagator);
        this.observations = new SpanObservations(tracer);
    }

    @Override
    public Scope beforePublish() {
        io.micrometer.tracing.Span current = tracer.currentSpan();
        if (current == null) {
            return Scope.noop();
        }
        Baggage baggage = propagation.baggage(current.context());
        return baggage.isEmpty()
                ? Scope.noop()
                : Context.current().with(baggage).makeCurrent();
    }

    @Override
    public Scope enter(Context context) {
        Scope outer = context.makeCurrent();
        Scope inner = enter(Span.fromContext(context));
        return () -> {
            inner.close();
            outer.close();
        };
    }

    private Scope enter(Span span) {
        if (span instanceof MicrometerSpan started) {
            return observations.open(started.span());
        }
        // The sender's, with relation propagate.
        return span.getSpanContext().isValid()
                ? tracer.currentTraceContext().newScope(propagation.context(span.getSpanContext()))::close
                : Scope.noop();
    }
}
