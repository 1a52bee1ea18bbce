package io.redistributed.export;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.exporter.internal.SenderUtil;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.MessageWriter;

/** Sends messages to a collector as OpenTelemetry's exporters do, and fails with the same exceptions. */
interface CollectorSender {

    CompletableResultCode send(MessageWriter message);

    CompletableResultCode shutdown();

    /** Blocks: reads certificates. */
    static CollectorSender grpc(ExporterSettings settings, String method) {
        GrpcSender sender =
                SenderUtil.resolveGrpcSenderProvider(loader()).createSender(SenderConfig.of(settings, method));
        return new CollectorSender() {
            @Override
            public CompletableResultCode send(MessageWriter message) {
                CompletableResultCode result = new CompletableResultCode();
                sender.send(
                        message,
                        response -> {
                            if (response.getStatusCode() == GrpcStatusCode.OK) {
                                result.succeed();
                            } else {
                                result.failExceptionally(FailedExportException.grpcFailedWithResponse(response));
                            }
                        },
                        failure -> result.failExceptionally(FailedExportException.grpcFailedExceptionally(failure)));
                return result;
            }

            @Override
            public CompletableResultCode shutdown() {
                return sender.shutdown();
            }
        };
    }

    /** Blocks: reads certificates. */
    static CollectorSender http(ExporterSettings settings) {
        HttpSender sender = SenderUtil.resolveHttpSenderProvider(loader()).createSender(SenderConfig.of(settings, ""));
        return new CollectorSender() {
            @Override
            public CompletableResultCode send(MessageWriter message) {
                CompletableResultCode result = new CompletableResultCode();
                sender.send(
                        message,
                        response -> {
                            if (response.getStatusCode() / 100 == 2) {
                                result.succeed();
                            } else {
                                result.failExceptionally(FailedExportException.httpFailedWithResponse(response));
                            }
                        },
                        failure -> result.failExceptionally(FailedExportException.httpFailedExceptionally(failure)));
                return result;
            }

            @Override
            public CompletableResultCode shutdown() {
                return sender.shutdown();
            }
        };
    }

    private static ComponentLoader loader() {
        return ComponentLoader.forClassLoader(CollectorSender.class.getClassLoader());
    }
}
