package io.redistributed.export.otlp;

import io.redistributed.export.collector.CollectorClient;
import io.redistributed.export.collector.Exporter;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.collector.SpanBatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Exports spans over OTLP/gRPC or OTLP/HTTP. */
public final class OtlpExporter implements Exporter {

    private final CollectorClient client;
    private final AttributeCache cache = new AttributeCache();

    /** Blocks: reads certificates. */
    public OtlpExporter(Vertx vertx, ExporterSettings settings) {
        client = settings.protocol().equals(ExporterSettings.GRPC)
                ? CollectorClient.grpc(vertx, settings, "opentelemetry.proto.collector.trace.v1.TraceService/Export")
                : CollectorClient.http(vertx, settings);
    }

    @Override
    public SpanBatch batch() {
        return new OtlpBatch(client, cache);
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
