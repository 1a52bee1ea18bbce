package io.redistributed.export.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.export.collector.CollectorClient;
import io.redistributed.export.collector.ExportResult;
import io.redistributed.export.collector.Exporter;
import io.redistributed.export.collector.ExporterSettings;
import io.redistributed.export.collector.ProtoWriter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Exports spans over OTLP/gRPC or OTLP/HTTP. */
public final class OtlpExporter implements Exporter {

    /** The default message limit of gRPC servers; they reject larger messages. */
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    private static final int MAX_REASON_CHARACTERS = 500;

    private final CollectorClient client;
    private final AttributeCache cache = new AttributeCache();

    /** Blocks: reads certificates. */
    public OtlpExporter(Vertx vertx, ExporterSettings settings) {
        client = settings.protocol().equals(ExporterSettings.GRPC)
                ? CollectorClient.grpc(vertx, settings, "opentelemetry.proto.collector.trace.v1.TraceService/Export")
                : CollectorClient.http(vertx, settings);
    }

    @Override
    public Future<ExportResult> export(List<SpanData> spans) {
        ProtoWriter message = OtlpMessage.of(spans, cache);
        if (message.size() <= MAX_MESSAGE_BYTES || spans.size() == 1) {
            return client.send(message).map(OtlpExporter::result);
        }
        int half = spans.size() / 2;
        Future<ExportResult> first = export(spans.subList(0, half));
        Future<ExportResult> rest = export(spans.subList(half, spans.size()));
        return Future.join(first, rest).map(ended -> first.result().plus(rest.result()));
    }

    private static ExportResult result(Buffer response) {
        try {
            ExportTracePartialSuccess partial =
                    ExportTraceServiceResponse.parseFrom(response.getBytes()).getPartialSuccess();
            String why = partial.getErrorMessage();
            return new ExportResult(
                    partial.getRejectedSpans(), why.substring(0, Math.min(why.length(), MAX_REASON_CHARACTERS)));
        } catch (InvalidProtocolBufferException e) {
            // Only the status counts: a response may be empty, cut, or of a proxy.
            return ExportResult.COMPLETE;
        }
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
