package io.redistributed.export.jaeger;

import io.redistributed.export.collector.CollectorClient;
import io.redistributed.export.collector.Exporter;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.collector.SpanBatch;
import io.redistributed.export.store.SdkSpans;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

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

    @Override
    public SpanBatch batch() {
        return new JaegerBatch(client, converter);
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
