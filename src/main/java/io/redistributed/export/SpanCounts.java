package io.redistributed.export;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the spans of one tracer provider: {@code otel.sdk.span.started}, all spans by sampling result and origin of the parent, and {@code otel.sdk.span.live}, recorded spans that have not ended. Is a processor of the provider and {@linkplain #counting wraps} its sampler. Thread-safe.
 */
public final class SpanCounts implements SpanProcessor {

    private static final AttributeKey<String> SAMPLING_RESULT = AttributeKey.stringKey("otel.span.sampling_result");
    private static final AttributeKey<String> PARENT_ORIGIN = AttributeKey.stringKey("otel.span.parent.origin");
    private static final String SPANS = "{span}";

    private enum Origin {
        NONE,
        LOCAL,
        REMOTE;

        static Origin of(Context parent) {
            SpanContext context = Span.fromContext(parent).getSpanContext();
            if (!context.isValid()) {
                return NONE;
            }
            return context.isRemote() ? REMOTE : LOCAL;
        }
    }

    private final Map<SamplingDecision, Map<Origin, LongAdder>> started = new EnumMap<>(SamplingDecision.class);
    private final Map<SamplingDecision, LongAdder> ended = new EnumMap<>(SamplingDecision.class);

    public SpanCounts() {
        for (SamplingDecision decision : SamplingDecision.values()) {
            Map<Origin, LongAdder> byOrigin = new EnumMap<>(Origin.class);
            for (Origin origin : Origin.values()) {
                byOrigin.put(origin, new LongAdder());
            }
            started.put(decision, byOrigin);
        }
        ended.put(SamplingDecision.RECORD_ONLY, new LongAdder());
        ended.put(SamplingDecision.RECORD_AND_SAMPLE, new LongAdder());
    }

    /** Wraps a sampler to count its results. */
    public Sampler counting(Sampler sampler) {
        return new Sampler() {
            @Override
            public SamplingResult shouldSample(
                    Context parent,
                    String traceId,
                    String name,
                    SpanKind kind,
                    Attributes attributes,
                    List<LinkData> links) {
                SamplingResult result = sampler.shouldSample(parent, traceId, name, kind, attributes, links);
                started.get(result.getDecision()).get(Origin.of(parent)).increment();
                return result;
            }

            @Override
            public String getDescription() {
                return sampler.getDescription();
            }
        };
    }

    /** Registers the counts with a meter. */
    public void recordBy(Meter meter) {
        meter.counterBuilder("otel.sdk.span.started")
                .setUnit(SPANS)
                .setDescription("Spans that were started.")
                .buildWithCallback(this::observeStarted);
        meter.upDownCounterBuilder("otel.sdk.span.live")
                .setUnit(SPANS)
                .setDescription("Recorded spans that have not ended.")
                .buildWithCallback(this::observeLive);
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        ended.get(span.getSpanContext().isSampled() ? SamplingDecision.RECORD_AND_SAMPLE : SamplingDecision.RECORD_ONLY)
                .increment();
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    private void observeStarted(ObservableLongMeasurement measurement) {
        started.forEach((decision, byOrigin) -> byOrigin.forEach((origin, spans) -> measurement.record(
                spans.sum(),
                Attributes.of(
                        SAMPLING_RESULT,
                        decision.name(),
                        PARENT_ORIGIN,
                        origin.name().toLowerCase(Locale.ROOT)))));
    }

    /** Reads the ended spans first, so that there are never more of them than were started. */
    private void observeLive(ObservableLongMeasurement measurement) {
        ended.forEach((decision, spans) -> {
            long over = spans.sum();
            long all = started.get(decision).values().stream()
                    .mapToLong(LongAdder::sum)
                    .sum();
            measurement.record(all - over, Attributes.of(SAMPLING_RESULT, decision.name()));
        });
    }
}
