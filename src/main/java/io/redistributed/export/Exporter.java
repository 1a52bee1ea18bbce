package io.redistributed.export;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.internal.grpc.GrpcExporter;
import io.opentelemetry.exporter.internal.http.HttpExporter;
import io.opentelemetry.exporter.jaeger.JaegerGrpcSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** One configured exporter. */
record Exporter(ExporterSettings settings, SpanExporter spans) {

    // The exporters log each failure themselves; ExporterLane does it once a minute, with what was lost. Held here,
    // since
    // java.util.logging forgets the level of a logger that nobody holds.
    private static final List<Logger> SILENCED =
            List.of(Logger.getLogger(GrpcExporter.class.getName()), Logger.getLogger(HttpExporter.class.getName()));

    static {
        SILENCED.forEach(logger -> logger.setLevel(Level.OFF));
    }

    /**
     * Blocks: an exporter looks up the name of its host.
     *
     * @param timeout of one export
     */
    static Exporter create(ExporterSettings settings, Duration timeout, TraceStore store) {
        return new Exporter(
                settings,
                switch (settings.type()) {
                    case ExporterSettings.STORE -> new TraceStoreExporter(store);
                    case ExporterSettings.JAEGER -> jaeger(settings, timeout);
                    default ->
                        settings.protocol().equals(ExporterSettings.GRPC)
                                ? otlpGrpc(settings, timeout)
                                : otlpHttp(settings, timeout);
                });
    }

    /**
     * The exports that a batch is made into. The Jaeger exporter makes one call for each resource and fails if any of
     * them does; given one resource at a time, another attempt repeats nothing that has arrived.
     */
    Collection<List<SpanData>> exports(List<SpanData> batch) {
        return settings.type().equals(ExporterSettings.JAEGER)
                ? batch.stream()
                        .collect(Collectors.groupingBy(SpanData::getResource))
                        .values()
                : List.of(batch);
    }

    // Deprecated in favour of OTLP, which collectors before Jaeger 1.35 do not take. Its own retry cannot be turned
    // off; it
    // ends with the timeout, and then counts as one attempt.
    @SuppressWarnings("deprecation")
    private static SpanExporter jaeger(ExporterSettings settings, Duration timeout) {
        return JaegerGrpcSpanExporter.builder()
                .setEndpoint(settings.endpoint())
                .setTimeout(timeout)
                .setMeterProvider(MeterProvider.noop())
                .build();
    }

    private static SpanExporter otlpGrpc(ExporterSettings settings, Duration timeout) {
        return OtlpGrpcSpanExporter.builder()
                .setEndpoint(settings.endpoint())
                .setTimeout(timeout)
                .setRetryPolicy(null)
                .setHeaders(settings::headers)
                .setMeterProvider(MeterProvider.noop())
                .build();
    }

    private static SpanExporter otlpHttp(ExporterSettings settings, Duration timeout) {
        return OtlpHttpSpanExporter.builder()
                .setEndpoint(settings.endpoint())
                .setTimeout(timeout)
                .setRetryPolicy(null)
                .setHeaders(settings::headers)
                .setMeterProvider(MeterProvider.noop())
                .build();
    }
}
