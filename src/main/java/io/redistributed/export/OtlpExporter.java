package io.redistributed.export;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Exports spans by OTLP, over gRPC or HTTP. */
final class OtlpExporter implements SpanExporter {

    private final CollectorSender sender;

    /** Blocks: reads certificates. */
    OtlpExporter(ExporterSettings settings) {
        sender = settings.protocol().equals(ExporterSettings.GRPC)
                ? CollectorSender.grpc(settings, "opentelemetry.proto.collector.trace.v1.TraceService/Export")
                : CollectorSender.http(settings);
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        return sender.send(OtlpMessage.of(spans));
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
