package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Holds the state of a report.
 *
 * @param traceId trace of the request, 32 hex digits; empty if it was not traced
 * @param attemptTraceId trace of the latest attempt, known from a heartbeat or its outcome; differs from {@code
 *     traceId} if the channel policy of reports is {@code link}; empty if unknown, and for done reports if it does not differ
 * @param attempt number of the latest attempt, 0 before the first
 * @param worker worker of the current or last attempt; null before the first attempt and between attempts
 * @param progress 0 to 1 while running, if the generator reports it; else null
 * @param createdMicros creation time since the epoch, unique in a partition
 * @param started start of the latest attempt, or null
 * @param ended time of the end, or null
 * @param error error of the latest failed attempt, or null
 * @param errors attempt number → error, in order
 * @param contentType media type of the result, null unless done
 * @param size bytes of the result, 0 unless done
 */
public record Report(
        String id,
        String type,
        ReportState state,
        String traceId,
        String attemptTraceId,
        int attempt,
        String worker,
        Double progress,
        long createdMicros,
        Instant started,
        Instant ended,
        String error,
        SortedMap<Integer, String> errors,
        String contentType,
        long size) {

    /** End of the year 9999, the last time whose text has the same width. */
    private static final long LATEST_MILLIS = 253_402_300_799_999L;

    /** Returns the creation time, truncated to milliseconds like the other times. */
    public Instant created() {
        return Instant.ofEpochMilli(createdMicros / 1000);
    }

    /**
     * @param record the value of its key
     * @throws IllegalArgumentException if a field is damaged; the message names it
     */
    static Report of(String id, byte[] record) {
        StoredReport stored = StoredReport.of(record);
        StoredReport.Fields changes = stored.changes();
        boolean isDone = stored.isDone();
        String previous = isDone ? stored.outcome().textOrEmpty("span") : changes.textOrEmpty("previous");
        return new Report(
                id,
                stored.request().required("type"),
                isDone ? ReportState.DONE : ReportState.of(changes.required("state")),
                stored.request().textOrEmpty("trace"),
                traceId(Attempt.span(previous)),
                (int) StoredReport.Fields.number("attempt", changes.values().get("attempt"), Integer.MAX_VALUE),
                changes.text("worker"),
                // The record of a done report may have the progress and error of an earlier attempt.
                isDone ? null : progress(changes.text("progress")),
                number("created", stored.created(), LATEST_MILLIS * 1000),
                time(changes.number("started", LATEST_MILLIS)),
                isDone
                        ? time(StoredReport.Fields.number("ended", stored.ended(), LATEST_MILLIS))
                        : time(changes.number("ended", LATEST_MILLIS)),
                isDone ? null : changes.text("error"),
                errors(changes.map("errors")),
                isDone ? stored.outcome().textOrEmpty("contentType") : null,
                isDone ? stored.size() : 0);
    }

    private static SortedMap<Integer, String> errors(StoredReport.Fields stored) {
        SortedMap<Integer, String> errors = new TreeMap<>();
        stored.values()
                .keySet()
                .forEach(attempt ->
                        errors.put((int) number("errors", attempt, Integer.MAX_VALUE), stored.text(attempt)));
        return errors;
    }

    private static String traceId(SpanContext span) {
        return span.isValid() ? span.getTraceId() : "";
    }

    private static long number(String field, String text, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As if it were out of range.
        }
        throw new IllegalArgumentException(field + ": '" + text + "' is not a whole number from 0 to " + most);
    }

    private static Instant time(Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    private static Double progress(String text) {
        if (text == null) {
            return null;
        }
        try {
            double progress = Double.parseDouble(text);
            if (progress >= 0 && progress <= 1) {
                return progress;
            }
        } catch (NumberFormatException e) {
            // As if it were out of range.
        }
        throw new IllegalArgumentException("progress: '" + text + "' is not a number from 0 to 1");
    }
}
