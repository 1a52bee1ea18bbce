package io.redistributed.export;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.exporter.internal.SenderUtil;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;

/**
 * Exports spans by Jaeger's own gRPC, {@code jaeger.api_v2.CollectorService/PostSpans}, for collectors before Jaeger 1.35,
 * which do not take OTLP. It sends as OpenTelemetry's exporters do, and fails with the same exceptions.
 */
final class JaegerGrpcExporter implements SpanExporter {

    private final SdkSpans converter = new SdkSpans();
    private final GrpcSender sender;

    JaegerGrpcExporter(ExporterSettings settings) {
        sender = SenderUtil.resolveGrpcSenderProvider(
                        ComponentLoader.forClassLoader(JaegerGrpcExporter.class.getClassLoader()))
                .createSender(JaegerSenderConfig.of(settings));
    }

    private record Message(byte[] bytes) implements MessageWriter {

        @Override
        public void writeMessage(OutputStream out) throws IOException {
            out.write(bytes);
        }

        @Override
        public int getContentLength() {
            return bytes.length;
        }
    }

    /** @param spans of one resource */
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = new CompletableResultCode();
        byte[] request =
                JaegerModel.request(spans.stream().map(converter::stored).toList());
        sender.send(
                new Message(request),
                response -> answered(response, result),
                failure -> result.failExceptionally(FailedExportException.grpcFailedExceptionally(failure)));
        return result;
    }

    private static void answered(GrpcResponse response, CompletableResultCode result) {
        if (response.getStatusCode() == GrpcStatusCode.OK) {
            result.succeed();
        } else {
            result.failExceptionally(FailedExportException.grpcFailedWithResponse(response));
        }
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
