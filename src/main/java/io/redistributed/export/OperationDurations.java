package io.redistributed.export;

import static io.opentelemetry.semconv.ErrorAttributes.ERROR_TYPE;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import java.util.concurrent.TimeUnit;

/** {@code otel.sdk.exporter.operation.duration} of one exporter: an export, from its first attempt to the end of its last. */
record OperationDurations(DoubleHistogram histogram, Attributes exporter) {

    /** @param failure null if it succeeded */
    void record(long nanos, ExportFailure failure) {
        double seconds = (double) nanos / TimeUnit.SECONDS.toNanos(1);
        histogram.record(
                seconds,
                failure == null
                        ? exporter
                        : exporter.toBuilder().put(ERROR_TYPE, failure.type()).build());
    }
}
