package io.redistributed.spring;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import io.opentelemetry.context.Scope;

/**
 * Makes a span current together with an observation that stands for it. Lettuce takes the current observation as the parent
 * of its spans, and Reactor and task decorators carry it to other threads.
 *
 * <p>The observations are made by a registry of their own, so that the program's handlers neither measure them nor make
 * spans of them. What is current is the same for all registries.
 */
final class SpanObservations {

    private static final String NAME = "redis.pubsub";

    private final ObservationRegistry registry = ObservationRegistry.create();

    SpanObservations(Tracer tracer) {
        registry.observationConfig().observationHandler(new SpanHandler(tracer));
    }

    Scope open(Span span) {
        return Observation.start(NAME, () -> new OfSpan(span), registry).openScope()::close;
    }

    /** An observation of a span that was started elsewhere. */
    private static final class OfSpan extends Observation.Context {

        private final Span span;

        OfSpan(Span span) {
            this.span = span;
        }
    }

    /** Makes the span current where the observation is, and lets others start and end it. */
    private record SpanHandler(Tracer tracer) implements TracingObservationHandler<OfSpan> {

        @Override
        public void onStart(OfSpan context) {
            getTracingContext(context).setSpan(context.span);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof OfSpan;
        }

        @Override
        public Tracer getTracer() {
            return tracer;
        }
    }
}
