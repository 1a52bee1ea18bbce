package io.redistributed.api.traces;

import io.redistributed.api.http.ProblemException;
import io.redistributed.export.store.TraceQuery;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The query of {@code /api/traces}.
 *
 * @param traceIds of the requested traces, which take precedence over a search; empty for a search
 * @param search null without a search
 */
record JaegerV1Query(List<String> traceIds, TraceQuery search) {

    private static final Duration DEFAULT_LOOKBACK = Duration.ofDays(2);

    /** @throws ProblemException (400) that names the parameter and what is allowed */
    static JaegerV1Query of(JaegerParameters parameters) {
        Instant end = time(parameters, "end", ChronoUnit.MICROS);
        Instant start = time(parameters, "start", ChronoUnit.MICROS);
        Map<String, String> tags = tags(parameters);
        int limit = parameters.limit("limit");
        Duration shortest = parameters.duration("minDuration");
        Duration longest = parameters.duration("maxDuration");
        parameters.checkBool("raw");
        List<String> traceIds = parameters.query().getAll("traceID").stream()
                .map(id -> traceId(parameters, id))
                .distinct()
                .toList();
        if (!traceIds.isEmpty()) {
            return new JaegerV1Query(traceIds, null);
        }
        String service = service(parameters);
        Instant to = end == null ? Instant.now() : end;
        Instant from = start == null ? Instant.now().minus(DEFAULT_LOOKBACK) : start;
        if (from.isAfter(to)) {
            throw new ProblemException(400, "invalid parameter: start time must be before end time");
        }
        if (shortest != null && longest != null && longest.compareTo(shortest) < 0) {
            throw new ProblemException(400, "'maxDuration' should be greater than 'minDuration'");
        }
        // In this API the end time is inclusive.
        return new JaegerV1Query(
                List.of(),
                new TraceQuery(
                        service,
                        parameters.text("operation"),
                        from,
                        to.plusNanos(1),
                        shortest,
                        longest,
                        tags,
                        null,
                        null,
                        null,
                        null,
                        limit));
    }

    /** @throws ProblemException (400) if it is absent */
    static String service(JaegerParameters parameters) {
        String service = parameters.text("service");
        if (service == null) {
            throw new ProblemException(400, "parameter 'service' is required");
        }
        return service;
    }

    static String traceId(JaegerParameters parameters, String text) {
        return parameters.read("traceID", text, JaegerParameters::hexTraceId, "1 to 32 hex digits");
    }

    /** Returns a time given as a number of units since 1970, or null if absent. */
    static Instant time(JaegerParameters parameters, String name, TemporalUnit unit) {
        return parameters.read(
                text -> Instant.EPOCH.plus(Long.parseLong(text), unit), "a number of " + unit + " since 1970", name);
    }

    /** Reads repeatable {@code tag=key:value} and {@code tags={"key": "value"}}. */
    private static Map<String, String> tags(JaegerParameters parameters) {
        Map<String, String> tags = new HashMap<>();
        for (String tag : parameters.query().getAll("tag")) {
            int colon = tag.indexOf(':');
            if (colon < 0) {
                throw new ProblemException(400, "malformed 'tag' parameter, expecting key:value, received: " + tag);
            }
            tags.put(tag.substring(0, colon), tag.substring(colon + 1));
        }
        for (String json : parameters.query().getAll("tags")) {
            tags.putAll(
                    parameters.read("tags", json, JaegerParameters::texts, "a JSON object whose values are strings"));
        }
        return tags;
    }
}
