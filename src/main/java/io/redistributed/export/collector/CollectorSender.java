package io.redistributed.export.collector;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.exporter.internal.SenderUtil;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Sends messages to a collector the way OpenTelemetry's exporters do, and fails with the same exceptions. */
public final class CollectorSender {

    private final BiConsumer<MessageWriter, CompletableResultCode> transport;
    private final Supplier<CompletableResultCode> end;

    private CollectorSender(
            BiConsumer<MessageWriter, CompletableResultCode> transport, Supplier<CompletableResultCode> end) {
        this.transport = transport;
        this.end = end;
    }

    /** Blocks: reads certificates. */
    public static CollectorSender grpc(ExporterSettings settings, String method) {
        GrpcSender sender =
                SenderUtil.resolveGrpcSenderProvider(loader()).createSender(SenderConfig.of(settings, method));
        return new CollectorSender(
                (message, result) -> sender.send(
                        message,
                        response -> settle(
                                result,
                                response.getStatusCode() == GrpcStatusCode.OK,
                                () -> FailedExportException.grpcFailedWithResponse(response)),
                        failure -> result.failExceptionally(FailedExportException.grpcFailedExceptionally(failure))),
                sender::shutdown);
    }

    /** Blocks: reads certificates. */
    public static CollectorSender http(ExporterSettings settings) {
        HttpSender sender = SenderUtil.resolveHttpSenderProvider(loader()).createSender(SenderConfig.of(settings, ""));
        return new CollectorSender(
                (message, result) -> sender.send(
                        message,
                        response -> settle(
                                result,
                                response.getStatusCode() / 100 == 2,
                                () -> FailedExportException.httpFailedWithResponse(response)),
                        failure -> result.failExceptionally(FailedExportException.httpFailedExceptionally(failure))),
                sender::shutdown);
    }

    public CompletableResultCode send(MessageWriter message) {
        CompletableResultCode result = new CompletableResultCode();
        transport.accept(message, result);
        return result;
    }

    public CompletableResultCode shutdown() {
        return end.get();
    }

    private static void settle(CompletableResultCode result, boolean success, Supplier<? extends Exception> refusal) {
        if (success) {
            result.succeed();
        } else {
            result.failExceptionally(refusal.get());
        }
    }

    private static ComponentLoader loader() {
        return ComponentLoader.forClassLoader(CollectorSender.class.getClassLoader());
    }
}
