package io.redistributed.spring;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates between OpenTelemetry's contexts and Micrometer's: ids directly, baggage by the headers that the program's
 * propagator reads and writes.
 */
final class MicrometerPropagation {

    private static final TextMapGetter<Map<String, String>> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
            return carrier == null ? null : carrier.get(key);
        }
    };

    private final Tracer tracer;
    private final Propagator propagator;

    MicrometerPropagation(Tracer tracer, Propagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    /** Returns the baggage of a span, as the propagator would send it. */
    Baggage baggage(TraceContext context) {
        Map<String, String> headers = new HashMap<>();
        propagator.inject(context, headers, (carrier, key, value) -> {
            if (carrier != null) {
                carrier.put(key, value);
            }
        });
        return Baggage.fromContext(W3CBaggagePropagator.getInstance().extract(Context.root(), headers, HEADERS));
    }

    /** Returns a builder of a span whose parent is the sender's span, in whichever headers the propagator reads. */
    Span.Builder child(Context parent, SpanContext sender) {
        if (propagator.fields().isEmpty()) {
            return tracer.spanBuilder().setParent(context(sender));
        }
        Map<String, String> headers = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(parent, headers, Map::put);
        W3CBaggagePropagator.getInstance().inject(parent, headers, Map::put);
        String sampled = sender.isSampled() ? "1" : "0";
        headers.put("b3", sender.getTraceId() + '-' + sender.getSpanId() + '-' + sampled);
        headers.put("X-B3-TraceId", sender.getTraceId());
        headers.put("X-B3-SpanId", sender.getSpanId());
        headers.put("X-B3-Sampled", sampled);
        return propagator.extract(headers, Map::get);
    }

    TraceContext context(SpanContext span) {
        return tracer.traceContextBuilder()
                .traceId(span.getTraceId())
                .spanId(span.getSpanId())
                .sampled(span.isSampled())
                .build();
    }
}
