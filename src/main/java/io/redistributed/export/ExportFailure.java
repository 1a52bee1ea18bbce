package io.redistributed.export;

import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.exporter.internal.FailedExportException.GrpcExportException;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.exporter.internal.RetryUtil;
import java.util.concurrent.TimeoutException;

/**
 * Why an attempt to export failed, and whether another one may do better. By the OTLP specification a request that was
 * answered with other than certain codes must not be sent again: <a
 * href="https://opentelemetry.io/docs/specs/otlp/#failures">Failures</a>. Without an answer it is.
 */
record ExportFailure(String reason, boolean retryable) {

    static ExportFailure of(Throwable cause) {
        if (cause instanceof GrpcExportException grpc && grpc.getResponse() != null) {
            int code = grpc.getResponse().grpcStatusValue();
            return new ExportFailure(
                    "gRPC status " + code + " " + grpc.getResponse().grpcStatusDescription(),
                    RetryUtil.retryableGrpcStatusCodes().contains(String.valueOf(code)));
        }
        if (cause instanceof HttpExportException http && http.getResponse() != null) {
            int code = http.getResponse().statusCode();
            return new ExportFailure(
                    "HTTP status " + code + " " + http.getResponse().statusMessage(),
                    RetryUtil.retryableHttpResponseCodes().contains(code));
        }
        if (cause instanceof TimeoutException) {
            return new ExportFailure("no result in time", true);
        }
        if (cause instanceof FailedExportException && cause.getCause() != null) {
            return new ExportFailure(cause.getCause().toString(), true);
        }
        return new ExportFailure(cause.toString(), true);
    }
}
