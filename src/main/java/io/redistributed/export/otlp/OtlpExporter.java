package io.redistributed.export.otlp;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.redistributed.export.collector.CollectorSender;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.collector.ProtoWriter;
import java.util.Collection;
import java.util.List;

/** Exports spans over OTLP/gRPC or OTLP/HTTP. */
public final class OtlpExporter implements SpanExporter {

    /** The default message limit of gRPC servers; they reject larger messages. */
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    private final CollectorSender sender;
    private final AttributeCache cache = new AttributeCache();

    /** Blocks: reads certificates. */
    public OtlpExporter(ExporterSettings settings) {
        sender = settings.protocol().equals(ExporterSettings.GRPC)
                ? CollectorSender.grpc(settings, "opentelemetry.proto.collector.trace.v1.TraceService/Export")
                : CollectorSender.http(settings);
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        ProtoWriter message = OtlpMessage.of(spans, cache);
        if (message.getContentLength() <= MAX_MESSAGE_BYTES || spans.size() == 1) {
            return sender.send(message);
        }
        List<SpanData> all = List.copyOf(spans);
        int half = all.size() / 2;
        return CompletableResultCode.ofAll(
                List.of(export(all.subList(0, half)), export(all.subList(half, all.size()))));
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
