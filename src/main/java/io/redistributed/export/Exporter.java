package io.redistributed.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One configured exporter, and how it is made. */
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
}
