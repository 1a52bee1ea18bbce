package io.redistributed.export.jaeger;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.export.collector.CollectorClient;
import io.redistributed.export.collector.ExportResult;
import io.redistributed.export.collector.Exporter;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.store.SdkSpans;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Exports spans over Jaeger's own gRPC, {@code jaeger.api_v2.CollectorService/PostSpans}, for collectors before Jaeger 1.35,
 * which do not take OTLP.
 */
public final class JaegerGrpcExporter implements Exporter {

    private final SdkSpans converter = new SdkSpans();
    private final CollectorClient client;

    /** Blocks: reads certificates. */
    public JaegerGrpcExporter(Vertx vertx, ExporterSettings settings) {
        client = CollectorClient.grpc(vertx, settings, "jaeger.api_v2.CollectorService/PostSpans");
    }

    /** @param spans of one resource */
    @Override
    public Future<ExportResult> export(List<SpanData> spans) {
        return client.send(JaegerModel.request(
                        spans.stream().map(converter::stored).toList()))
                .map(ExportResult.COMPLETE);
    }

    /** By resource, as one call takes the spans of one: a retry does not send again what has arrived. */
    @Override
    public Collection<List<SpanData>> split(List<SpanData> batch) {
        return batch.stream()
                .collect(Collectors.groupingBy(SpanData::getResource))
                .values();
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
