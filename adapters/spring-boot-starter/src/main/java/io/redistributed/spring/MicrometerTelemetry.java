package io.redistributed.spring;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;

/**
 * OpenTelemetry's API on a Micrometer tracer that is not built on OpenTelemetry, such as Brave's: what the library's spans
 * need of it. Records no metrics.
 */
final class MicrometerTelemetry implements OpenTelemetry {

    private final TracerProvider tracers;

    MicrometerTelemetry(Tracer tracer, Propagator propagator) {
        MicrometerPropagation propagation = new MicrometerPropagation(tracer, propagator);
        io.opentelemetry.api.trace.Tracer spans = name -> new MicrometerSpanBuilder(name, tracer, propagation);
        this.tracers = new Tracers(spans);
    }

    @Override
    public TracerProvider getTracerProvider() {
        return tracers;
    }

    @Override
    public ContextPropagators getPropagators() {
        return ContextPropagators.noop();
    }

    /** The same tracer for every scope: Micrometer's spans have none. */
    private record Tracers(io.opentelemetry.api.trace.Tracer tracer) implements TracerProvider {

        @Override
        public io.opentelemetry.api.trace.Tracer get(String scope) {
            return tracer;
        }

        @Override
        public io.opentelemetry.api.trace.Tracer get(String scope, String version) {
            return tracer;
        }

        @Override
        public TracerBuilder tracerBuilder(String scope) {
            return new TracerBuilder() {
                @Override
                public TracerBuilder setSchemaUrl(String schemaUrl) {
                    return this;
                }

                @Override
                public TracerBuilder setInstrumentationVersion(String version) {
                    return this;
                }

                @Override
                public io.opentelemetry.api.trace.Tracer build() {
                    return tracer;
                }
            };
        }
    }
}
