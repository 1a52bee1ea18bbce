package io.redistributed.export.jaeger;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.redistributed.export.collector.CollectorSender;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.store.SdkSpans;
import java.util.Collection;

/**
 * Exports spans over Jaeger's own gRPC, {@code jaeger.api_v2.CollectorService/PostSpans}, for collectors before Jaeger 1.35,
 * which do not take OTLP.
 */
public final class JaegerGrpcExporter implements SpanExporter {

    private final SdkSpans converter = new SdkSpans();
    private final CollectorSender sender;

    /** Blocks: reads certificates. */
    public JaegerGrpcExporter(ExporterSettings settings) {
        sender = CollectorSender.grpc(settings, "jaeger.api_v2.CollectorService/PostSpans");
    }

    /** @param spans of one resource */
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        return sender.send(
                JaegerModel.request(spans.stream().map(converter::stored).toList()));
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return sender.shutdown();
    }
}
