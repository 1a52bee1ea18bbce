package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A report as it stands in Redis.
 *
 * @param traceId the trace of the request that asked for it, 32 hex digits; empty if it was not traced
 * @param attemptTraceId the trace of the latest attempt, as of a heartbeat or its outcome; differs from {@code traceId}
 *     if the channel policy of reports is {@code link}; empty if unknown
 * @param attempt number of the latest attempt, 0 before the first
 * @param worker who has it, or had it last; null before the first attempt and between attempts
 * @param progress 0 to 1 while running, if the generator reports it; else null
 * @param createdMicros since the epoch; no two reports of one partition share it
 * @param started start of the latest attempt, or null
 * @param ended when it became done, failed or cancelled, or null
 * @param error why it failed, or the latest attempt did; null if none has
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

    /** The end of the year 9999, as far as the text form of a time is of one width. */
    private static final long LATEST_MILLIS = 253_402_300_799_999L;

    private static final String ATTEMPT_ERROR = "error:";

    /** Beyond it only the latest attempts' errors are listed. */
    private static final int MAX_ERRORS = 100;

    /** What {@link #of} reads but for the errors of attempts: not the message, which may be long. */
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

    /** The fields of errors that a report with these {@link #FIELDS} may have; mostly none. */
    static List<String> errorFields(Map<String, String> stored) {
        int attempt = Integer.parseInt(stored.getOrDefault("attempt", "0"));
        return attempt > 1 || stored.containsKey("error")
                ? IntStream.rangeClosed(Math.max(1, attempt - MAX_ERRORS + 1), attempt)
                        .mapToObj(number -> ATTEMPT_ERROR + number)
                        .toList()
                : List.of();
    }

    /** Told like the other times, to the millisecond. */
    public Instant created() {
        return Instant.ofEpochMilli(createdMicros / 1000);
    }

    /**
     * @param stored the fields of the report's hash
     * @throws IllegalArgumentException that names a field which cannot be what was stored
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
                // A report that is done keeps what its record had of earlier attempts.
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
