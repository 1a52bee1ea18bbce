package io.redistributed.api.traces;

import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.QueryParameters;
import io.redistributed.export.statistics.TraceStatistics;
import io.redistributed.export.store.TraceQuery;
import io.redistributed.settings.Settings;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads the queries of {@code GET /traces} and {@code GET /traces/statistics}. */
final class TraceParameters {

    private static final String ATTRIBUTE = "attribute";
    private static final Set<String> NAMES = new TreeSet<>(Set.of(
            "service",
            "operation",
            ATTRIBUTE,
            "status",
            "linkedTrace",
            "minDuration",
            "maxDuration",
            "since",
            "until",
            "limit"));
    private static final Set<String> STATISTICS_NAMES = new TreeSet<>(Set.of("service", "since", "until"));
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 200;

    private static final String TIME = "a time such as 2026-01-02T03:04:05Z, or 15m ago";
    private static final String DURATION = "a duration such as 250ms or 2s";

    private final MultiMap query;

    private TraceParameters(MultiMap query) {
        this.query = query;
    }

    /** @throws ProblemException (400) that names the parameter and what is allowed */
    static TraceQuery of(RoutingContext routing) {
        MultiMap query = routing.queryParams();
        QueryParameters.check(query, NAMES, Set.of(ATTRIBUTE));
        TraceParameters parameters = new TraceParameters(query);
        return new TraceQuery(
                parameters.text("service"),
                parameters.text("operation"),
                parameters.read("since", TraceParameters::time, TIME),
                parameters.read("until", TraceParameters::time, TIME),
                null,
                null,
                parameters.attributes(),
                parameters.read("minDuration", TraceParameters::duration, DURATION),
                parameters.read("maxDuration", TraceParameters::duration, DURATION),
                parameters.read("linkedTrace", TraceParameters::traceId, "a trace id (32 lower-case hex digits)"),
                parameters.read("status", TraceParameters::isFailed, "error or ok"),
                parameters.count(DEFAULT_LIMIT, MAX_LIMIT, "limit"));
    }

    /**
     * Returns statistics without traces for the query of {@code GET /traces/statistics}.
     *
     * @throws ProblemException (400) that names the parameter and what is allowed
     */
    static TraceStatistics statistics(RoutingContext routing) {
        MultiMap query = routing.queryParams();
        QueryParameters.check(query, STATISTICS_NAMES);
        TraceParameters parameters = new TraceParameters(query);
        return new TraceStatistics(
                parameters.text("service"),
                parameters.read("since", TraceParameters::time, TIME),
                parameters.read("until", TraceParameters::time, TIME),
                Instant.now());
    }

    /** Returns the attributes that a span must have; a later value of the same key wins. */
    private Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String text : query.getAll(ATTRIBUTE)) {
            int separator = text.indexOf('=');
            if (separator < 1) {
                throw new ProblemException(400, ATTRIBUTE + ": \"" + text + "\" is not key=value");
            }
            attributes.put(text.substring(0, separator), text.substring(separator + 1));
        }
        return attributes;
    }

    private int count(int defaultCount, int max, String name) {
        Integer count = read(
                name,
                text -> {
                    int number = Integer.parseInt(text);
                    if (number < 1 || number > max) {
                        throw new IllegalArgumentException();
                    }
                    return number;
                },
                "a whole number from 1 to " + max);
        return count == null ? defaultCount : count;
    }

    private <T> T read(String name, Function<String, T> parser, String allowed) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw new ProblemException(400, name + ": \"" + text + "\" is not " + allowed);
        }
    }

    /** Returns null if absent or empty. */
    private String text(String name) {
        String text = query.get(name);
        return text == null || text.isEmpty() ? null : text;
    }

    private static Instant time(String text) {
        return Settings.parseDuration(text).map(Instant.now()::minus).orElseGet(() -> JaegerParameters.time(text)
                .toInstant());
    }

    private static Duration duration(String text) {
        return Settings.parseDuration(text).orElseThrow(IllegalArgumentException::new);
    }

    private static String traceId(String text) {
        if (!TracesHandler.TRACE_ID.matcher(text).matches()) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static boolean isFailed(String text) {
        return switch (text) {
            case "error" -> true;
            case "ok" -> false;
            default -> throw new IllegalArgumentException();
        };
    }
}
