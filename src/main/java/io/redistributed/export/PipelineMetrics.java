package io.redistributed.export;

import static io.opentelemetry.semconv.ErrorAttributes.ERROR_TYPE;
import static io.opentelemetry.semconv.ServerAttributes.SERVER_ADDRESS;
import static io.opentelemetry.semconv.ServerAttributes.SERVER_PORT;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.jaeger.JaegerGrpcExporter;
import java.util.List;

/**
 * Registers the figures of a pipeline under the names of OpenTelemetry's <a
 * href="https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/">conventions for SDK metrics</a>. A collection reads all figures at once. For an exporter, processed = exported (with and without an error) + inflight, except for the batch that is being passed on.
 */
final class PipelineMetrics {

    private static final AttributeKey<String> COMPONENT_NAME = AttributeKey.stringKey("otel.component.name");
    private static final AttributeKey<String> COMPONENT_TYPE = AttributeKey.stringKey("otel.component.type");

    private static final Attributes QUEUE =
            Attributes.of(COMPONENT_NAME, SpanQueue.class.getName() + "/0", COMPONENT_TYPE, SpanQueue.class.getName());
    private static final Attributes QUEUE_FULL =
            QUEUE.toBuilder().put(ERROR_TYPE, "queue_full").build();

    private static final String SPANS = "{span}";

    private final SpanPipeline pipeline;
    private final ObservableLongMeasurement size;
    private final ObservableLongMeasurement capacity;
    private final ObservableLongMeasurement processed;
    private final ObservableLongMeasurement inFlight;
    private final ObservableLongMeasurement exported;
    private final ObservableLongMeasurement failures;

    private PipelineMetrics(SpanPipeline pipeline, Meter meter) {
        this.pipeline = pipeline;
        size = meter.upDownCounterBuilder("otel.sdk.processor.span.queue.size")
                .setUnit(SPANS)
                .setDescription("Finished spans that wait for the exporters.")
                .buildObserver();
        capacity = meter.upDownCounterBuilder("otel.sdk.processor.span.queue.capacity")
                .setUnit(SPANS)
                .setDescription("Finished spans that can wait for the exporters.")
                .buildObserver();
        processed = meter.counterBuilder("otel.sdk.processor.span.processed")
                .setUnit(SPANS)
                .setDescription("Spans handed to the exporters, or dropped with an error.type.")
                .buildObserver();
        inFlight = meter.upDownCounterBuilder("otel.sdk.exporter.span.inflight")
                .setUnit(SPANS)
                .setDescription("Spans that an exporter was handed and that have not come to an end: buffered, being"
                        + " exported, or waiting for another attempt.")
                .buildObserver();
        exported = meter.counterBuilder("otel.sdk.exporter.span.exported")
                .setUnit(SPANS)
                .setDescription("Spans that an exporter has exported, or dropped with an error.type.")
                .buildObserver();
        failures = meter.counterBuilder("redistributed.exporter.failed_attempts")
                .setUnit("{attempt}")
                .setDescription("Attempts to export that failed; most are made again.")
                .buildObserver();
    }

    static void record(SpanPipeline pipeline, Meter meter) {
        PipelineMetrics metrics = new PipelineMetrics(pipeline, meter);
        meter.batchCallback(
                metrics::observe,
                metrics.size,
                metrics.capacity,
                metrics.processed,
                metrics.inFlight,
                metrics.exported,
                metrics.failures);
    }

    static DoubleHistogram durations(Meter meter) {
        return meter.histogramBuilder("otel.sdk.exporter.operation.duration")
                .setUnit("s")
                .setDescription("Duration of an export, with all its attempts.")
                .setExplicitBucketBoundariesAdvice(List.of())
                .build();
    }

    /** Returns the attributes of an exporter. */
    static Attributes component(ExporterSettings exporter, String name) {
        AttributesBuilder attributes =
                Attributes.builder().put(COMPONENT_NAME, name).put(COMPONENT_TYPE, type(exporter));
        if (exporter.endpoint() != null) {
            attributes.put(SERVER_ADDRESS, exporter.host());
            attributes.put(SERVER_PORT, (long) exporter.port());
        }
        return attributes.build();
    }

    /** Returns {@code otel.component.type} of OpenTelemetry's conventions. */
    static String type(ExporterSettings exporter) {
        return switch (exporter.type()) {
            case ExporterSettings.JAEGER -> JaegerGrpcExporter.class.getName();
            case ExporterSettings.OTLP ->
                exporter.protocol().equals(ExporterSettings.GRPC)
                        ? "otlp_grpc_span_exporter"
                        : "otlp_http_span_exporter";
            default -> TraceStoreExporter.class.getName();
        };
    }

    private void observe() {
        SpanPipeline.Figures figures = pipeline.snapshot();
        size.record(figures.queue().queued(), QUEUE);
        capacity.record(pipeline.queue().capacity(), QUEUE);
        processed.record(figures.queue().taken(), QUEUE);
        processed.record(figures.queue().dropped(), QUEUE_FULL);
        figures.exporters().forEach(this::observe);
    }

    private void observe(ExporterFigures exporter, ExporterFigures.Snapshot now) {
        Attributes component = component(exporter.exporter(), exporter.name());
        inFlight.record(now.buffered() + now.inFlight(), component);
        exported.record(now.exported(), component);
        now.dropped()
                .forEach((reason, spans) -> exported.record(
                        spans,
                        component.toBuilder().put(ERROR_TYPE, reason.key()).build()));
        failures.record(now.failures(), component);
    }
}
