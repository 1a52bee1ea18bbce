package io.redistributed.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.jaeger.JaegerGrpcExporter;
import io.redistributed.export.otlp.OtlpExporter;
import io.redistributed.export.store.TraceStore;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One configured exporter, and its factory. */
record Exporter(ExporterSettings settings, Supplier<SpanExporter> maker) {

    static Exporter of(ExporterSettings settings, TraceStore store) {
        return new Exporter(
                settings,
                switch (settings.type()) {
                    case ExporterSettings.STORE -> () -> new TraceStoreExporter(store);
                    case ExporterSettings.JAEGER -> () -> new JaegerGrpcExporter(settings);
                    default -> () -> new OtlpExporter(settings);
                });
    }

    /**
     * Creates the exporter. Blocks: reads certificates and looks up the name of this host.
     *
     * @throws IllegalArgumentException if a certificate or key is invalid
     */
    SpanExporter create() {
        try {
            return maker.get();
        } catch (IllegalStateException notPem) {
            throw new IllegalArgumentException(settings.label() + ": " + notPem.getMessage(), notPem);
        }
    }

    /**
     * Splits a batch into exports. A call to Jaeger takes the spans of one resource; one resource per export keeps a retry from sending spans that have arrived.
     */
    Collection<List<SpanData>> exports(List<SpanData> batch) {
        return settings.type().equals(ExporterSettings.JAEGER)
                ? batch.stream()
                        .collect(Collectors.groupingBy(SpanData::getResource))
                        .values()
                : List.of(batch);
    }
}
