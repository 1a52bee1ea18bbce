package io.redistributed.export;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.exporter.otlp.internal.GrpcExporter;
import io.opentelemetry.exporter.otlp.internal.HttpExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporterBuilder;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One configured exporter, and how it is made. */
record Exporter(ExporterSettings settings, Supplier<SpanExporter> maker) {

    private static final Pattern FAILED = Pattern.compile("Failed to export (\\d+ )?spans|Too many log messages");

    // The exporters log each failure themselves; ExportLog does it once a minute, with what was lost. Held here,
    // since java.util.logging forgets the filter of a logger that nobody holds. Metrics are exported by the same
    // classes, and nobody else tells of their failures.
    private static final List<Logger> QUIET =
            List.of(Logger.getLogger(GrpcExporter.class.getName()), Logger.getLogger(HttpExporter.class.getName()));

    static {
        QUIET.forEach(logger -> logger.setFilter(entry -> {
            String message = String.valueOf(entry.getMessage());
            return !FAILED.matcher(message).lookingAt();
        }));
    }

    static Exporter of(ExporterSettings settings, TraceStore store) {
        return new Exporter(
                settings,
                switch (settings.type()) {
                    case ExporterSettings.STORE -> () -> new TraceStoreExporter(store);
                    case ExporterSettings.JAEGER -> () -> new JaegerGrpcExporter(settings);
                    default ->
                        settings.protocol().equals(ExporterSettings.GRPC)
                                ? () -> otlpGrpc(settings)
                                : () -> otlpHttp(settings);
                });
    }

    /**
     * Blocks: it reads certificates and looks up the name of this host.
     *
     * @throws IllegalArgumentException if a certificate or key is none
     */
    SpanExporter create() {
        try {
            return maker.get();
        } catch (IllegalStateException notPem) {
            throw new IllegalArgumentException(settings.label() + ": " + notPem.getMessage(), notPem);
        }
    }

    /**
     * The exports that a batch is made into. A call to Jaeger takes spans of one resource; given one at a time,
     * another attempt repeats nothing that has arrived.
     */
    Collection<List<SpanData>> exports(List<SpanData> batch) {
        return settings.type().equals(ExporterSettings.JAEGER)
                ? batch.stream()
                        .collect(Collectors.groupingBy(SpanData::getResource))
                        .values()
                : List.of(batch);
    }

    private static SpanExporter otlpGrpc(ExporterSettings settings) {
        OtlpGrpcSpanExporterBuilder builder = OtlpGrpcSpanExporter.builder()
                .setEndpoint(settings.endpoint())
                .setTimeout(settings.timeout())
                .setCompression(settings.compression())
                .setRetryPolicy(null)
                .setHeaders(settings::headers)
                .setMeterProvider(MeterProvider.noop());
        settings.tls().apply(builder::setTrustedCertificates, builder::setClientTls);
        return builder.build();
    }

    private static SpanExporter otlpHttp(ExporterSettings settings) {
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint(settings.endpoint())
                .setTimeout(settings.timeout())
                .setCompression(settings.compression())
                .setRetryPolicy(null)
                .setHeaders(settings::headers)
                .setMeterProvider(MeterProvider.noop());
        settings.tls().apply(builder::setTrustedCertificates, builder::setClientTls);
        return builder.build();
    }
}
