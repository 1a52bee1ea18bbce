package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;

/**
 * An attempt that a worker runs, as it tells with its heartbeat.
 *
 * @param id the report
 * @param attempt number of the attempt
 * @param progress 0 to 1; negative or NaN if nothing is known
 * @param finishing the work is done, the outcome is on its way to Redis
 * @param span the attempt's CONSUMER span
 */
public record RunningAttempt(String id, int attempt, double progress, boolean finishing, SpanContext span) {

    String progressText() {
        if (finishing) {
            return "finishing";
        }
        return progress >= 0 ? String.valueOf(Math.min(1, progress)) : "";
    }
}
