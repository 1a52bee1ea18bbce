package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;

/**
 * Describes a running attempt in a worker's heartbeat.
 *
 * @param id id of the report
 * @param attempt number of the attempt
 * @param progress 0 to 1; negative or NaN if unknown
 * @param waiting whether the work has not begun, for want of a thread
 * @param finishing whether the work is done and the outcome is being sent
 * @param span the attempt's CONSUMER span
 */
public record RunningAttempt(
        String id, int attempt, double progress, boolean waiting, boolean finishing, SpanContext span) {

    String progressText() {
        if (finishing) {
            return "finishing";
        }
        if (waiting) {
            return "waiting";
        }
        return progress >= 0 ? String.valueOf(Math.min(1, progress)) : "";
    }
}
