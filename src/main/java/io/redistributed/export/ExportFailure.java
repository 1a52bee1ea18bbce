package io.redistributed.export;

import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.exporter.internal.FailedExportException.GrpcExportException;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.exporter.internal.RetryUtil;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeoutException;

/**
 * The reason why an attempt to export failed, and whether to retry. The OTLP specification allows a retry for certain status codes only: <a
 * href="https://opentelemetry.io/docs/specs/otlp/#failures">Failures</a>. Without a response, the export is retried.
 *
 * @param reason text for the log
 * @param type {@code error.type} of the conventions: a gRPC status ({@code UNAVAILABLE}), an HTTP status ({@code 503}),
 *     {@code timeout}, or the class of an exception
 * @param silent whether the attempt timed out, so that the connection itself may be dead
 */
record ExportFailure(String reason, String type, boolean retryable, boolean silent) {

    static ExportFailure of(Throwable cause) {
        if (cause instanceof GrpcExportException grpc && grpc.getResponse() != null) {
            GrpcStatusCode code = grpc.getResponse().getStatusCode();
            return new ExportFailure(
                    "gRPC status " + code.name() + " " + grpc.getResponse().getStatusDescription(),
                    code.name(),
                    RetryUtil.retryableGrpcStatusCodes().contains(String.valueOf(code.getValue())),
                    false);
        }
        if (cause instanceof HttpExportException http && http.getResponse() != null) {
            int code = http.getResponse().getStatusCode();
            return new ExportFailure(
                    "HTTP status " + code + " " + http.getResponse().getStatusMessage(),
                    String.valueOf(code),
                    RetryUtil.retryableHttpResponseCodes().contains(code),
                    false);
        }
        Throwable why = cause instanceof FailedExportException && cause.getCause() != null ? cause.getCause() : cause;
        return why instanceof TimeoutException || why instanceof InterruptedIOException
                ? new ExportFailure("no response in time", "timeout", true, true)
                : new ExportFailure(why.toString(), why.getClass().getName(), true, false);
    }
}
