package io.redistributed.api.traces;

import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.QueryParameters;
import io.redistributed.export.store.TraceQuery;
import io.redistributed.settings.Settings;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads the query of {@code GET /traces}. */
final class TraceParameters {

    private static final Set<String> NAMES =
            new TreeSet<>(Set.of("service", "operation", "minDuration", "since", "limit"));
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 200;

    private final MultiMap query;

    private TraceParameters(MultiMap query) {
        this.query = query;
    }

    /** @throws ProblemException (400) that names the parameter and what is allowed */
    static TraceQuery of(RoutingContext routing) {
        MultiMap query = routing.queryParams();
        QueryParameters.check(query, NAMES);
        TraceParameters parameters = new TraceParameters(query);
        return new TraceQuery(
                query.get("service"),
                query.get("operation"),
                parameters.read("since", TraceParameters::since, "a time such as 2026-01-02T03:04:05Z, or 15m ago"),
                null,
                null,
                null,
                Map.of(),
                parameters.read(
                        "minDuration",
                        text -> Settings.parseDuration(text).orElseThrow(IllegalArgumentException::new),
                        "a duration such as 250ms or 2s"),
                parameters.count(DEFAULT_LIMIT, MAX_LIMIT, "limit"));
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

    private static Instant since(String text) {
        return Settings.parseDuration(text).map(Instant.now()::minus).orElseGet(() -> time(text));
    }

    private static Instant time(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }
}
