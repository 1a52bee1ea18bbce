package io.redistributed.export;

import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.exporter.internal.FailedExportException.GrpcExportException;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.exporter.internal.RetryUtil;
import java.io.InterruptedIOException;
import java.util.List;
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

    private static final List<String> GRPC_CODES = List.of(
            "OK",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");

    static ExportFailure of(Throwable cause) {
        if (cause instanceof GrpcExportException grpc && grpc.getResponse() != null) {
            int code = grpc.getResponse().grpcStatusValue();
            String name = code >= 0 && code < GRPC_CODES.size() ? GRPC_CODES.get(code) : String.valueOf(code);
            return new ExportFailure(
                    "gRPC status " + name + " " + grpc.getResponse().grpcStatusDescription(),
                    name,
                    RetryUtil.retryableGrpcStatusCodes().contains(String.valueOf(code)),
                    false);
        }
        if (cause instanceof HttpExportException http && http.getResponse() != null) {
            int code = http.getResponse().statusCode();
            return new ExportFailure(
                    "HTTP status " + code + " " + http.getResponse().statusMessage(),
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
