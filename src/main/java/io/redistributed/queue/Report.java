package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Holds the state of a report.
 *
 * @param traceId trace of the request, 32 hex digits; empty if it was not traced
 * @param attemptTraceId trace of the latest attempt, known from a heartbeat or its outcome; differs from {@code
 *     traceId} if the channel policy of reports is {@code link}; empty if unknown
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

    private static final String ATTEMPT_ERROR = "error:";

    /** Limit of listed errors, those of the latest attempts. */
    private static final int MAX_ERRORS = 100;

    /** Fields that {@link #of} reads, without the errors of attempts and the message, which may be long. */
    static final List<String> FIELDS = List.of(
            "state",
            "type",
            "trace",
            "previous",
            "attempt",
            "worker",
            "progress",
            "created",
            "started",
            "ended",
            "error",
            "contentType",
            "size");

    /** Returns the fields of errors that a report with these {@link #FIELDS} may have; usually none. */
    static List<String> errorFields(Map<String, String> stored) {
        int attempt = Integer.parseInt(stored.getOrDefault("attempt", "0"));
        return attempt > 1 || stored.containsKey("error")
                ? IntStream.rangeClosed(Math.max(1, attempt - MAX_ERRORS + 1), attempt)
                        .mapToObj(number -> ATTEMPT_ERROR + number)
                        .toList()
                : List.of();
    }

    /** Returns the creation time, truncated to milliseconds like the other times. */
    public Instant created() {
        return Instant.ofEpochMilli(createdMicros / 1000);
    }

    /**
     * @param stored the fields of the report's hash
     * @throws IllegalArgumentException if a field is damaged; the message names it
     */
    static Report of(String id, Map<String, String> stored) {
        SortedMap<Integer, String> errors = new TreeMap<>();
        stored.forEach((field, value) -> {
            if (field.startsWith(ATTEMPT_ERROR)) {
                errors.put((int) number(field, field.substring(ATTEMPT_ERROR.length()), Integer.MAX_VALUE), value);
            }
        });
        ReportState state = ReportState.of(text(stored, "state"));
        return new Report(
                id,
                text(stored, "type"),
                state,
                stored.getOrDefault("trace", ""),
                traceId(Attempt.span(stored.getOrDefault("previous", ""))),
                (int) number("attempt", stored.getOrDefault("attempt", "0"), Integer.MAX_VALUE),
                stored.get("worker"),
                // The record of a done report may have the progress of an earlier attempt.
                state == ReportState.DONE ? null : progress(stored.get("progress")),
                number("created", text(stored, "created"), LATEST_MILLIS * 1000),
                time("started", stored.get("started")),
                time("ended", stored.get("ended")),
                state == ReportState.DONE ? null : stored.get("error"),
                errors,
                stored.get("contentType"),
                number("size", stored.getOrDefault("size", "0"), Long.MAX_VALUE));
    }

    private static String traceId(SpanContext span) {
        return span.isValid() ? span.getTraceId() : "";
    }

    private static String text(Map<String, String> stored, String field) {
        String text = stored.get(field);
        if (text == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return text;
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

    private static Instant time(String field, String millis) {
        return millis == null ? null : Instant.ofEpochMilli(number(field, millis, LATEST_MILLIS));
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
