package io.redistributed.chaos;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A report as it is in Redis, read without any class of the service.
 *
 * @param fields of its record
 * @param result null if there is none
 * @param isListedAsEnded whether it is in the list from which the reaper removes old reports
 */
record Stored(String id, Map<String, String> fields, String result, boolean isListedAsEnded) {

    private static final String ERROR = "error:";
    private static final Pattern LOST = Pattern.compile("worker \\S+-(\\d+)-[0-9a-f]{8} was lost\\b.*");

    /** Whether that error is no fault of the report's own. */
    static boolean tellsOfLostWorker(String error) {
        return LOST.matcher(error).matches();
    }

    String state() {
        return fields.get("state");
    }

    boolean hasEnded() {
        return List.of("done", "failed", "cancelled").contains(state());
    }

    int attempts() {
        return Integer.parseInt(fields.getOrDefault("attempt", "0"));
    }

    /** Attempts that never reached their worker and were taken back. */
    int undelivered() {
        return Integer.parseInt(fields.getOrDefault("undelivered", "0"));
    }

    /** Attempt → process id of the worker that was lost with it. */
    Map<Integer, Long> lostAttempts() {
        Map<Integer, Long> lost = new TreeMap<>();
        errors().forEach((attempt, error) -> {
            Matcher matcher = LOST.matcher(error);
            if (matcher.matches()) {
                lost.put(attempt, Long.valueOf(matcher.group(1)));
            }
        });
        return lost;
    }

    /** Attempt → error of its generator. */
    Map<Integer, String> ownErrors() {
        Map<Integer, String> own = errors();
        own.values().removeIf(Stored::tellsOfLostWorker);
        return own;
    }

    Ending ending() {
        return new Ending(state(), List.copyOf(ownErrors().values()), result);
    }

    /** Without the bytes of the request, which are not printable. */
    String text() {
        Map<String, String> shown = new TreeMap<>(fields);
        shown.remove("head");
        return id + " " + shown;
    }

    private Map<Integer, String> errors() {
        Map<Integer, String> errors = new TreeMap<>();
        fields.forEach((field, value) -> {
            if (field.startsWith(ERROR)) {
                errors.put(Integer.valueOf(field.substring(ERROR.length())), value);
            }
        });
        return errors;
    }
}
