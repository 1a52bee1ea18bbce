package io.redistributed.export;

import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.exporter.internal.FailedExportException.GrpcExportException;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.exporter.internal.RetryUtil;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeoutException;

/**
 * Why an attempt to export failed, and whether another one may do better. By the OTLP specification a request that was
 * answered with other than certain codes must not be sent again: <a
 * href="https://opentelemetry.io/docs/specs/otlp/#failures">Failures</a>. Without an answer it is.
 *
 * @param reason for people
 * @param type {@code error.type} of the conventions: a gRPC status ({@code UNAVAILABLE}), an HTTP status ({@code 503}),
 *     {@code timeout}, or the class of an exception
 * @param silent whether no answer came in time, so that the connection itself may be dead
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
                ? new ExportFailure("no answer in time", "timeout", true, true)
                : new ExportFailure(why.toString(), why.getClass().getName(), true, false);
    }
}
