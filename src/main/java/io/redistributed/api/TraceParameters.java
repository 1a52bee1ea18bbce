package io.redistributed.api;

import io.redistributed.export.TraceQuery;
import io.redistributed.settings.Settings;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The queries for traces: that of {@code GET /traces}, and that of Jaeger's {@code GET /api/v3/traces}. */
final class TraceParameters {

    private static final Set<String> NAMES =
            new TreeSet<>(Set.of("service", "operation", "minDuration", "since", "limit"));
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 200;

    /** Jaeger's own default, and its UI's most. */
    private static final int DEFAULT_SEARCH_DEPTH = 100;

    private static final int MAX_SEARCH_DEPTH = 1_500;

    private static final Pattern GO_DURATION = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ns|us|µs|μs|ms|s|m|h)");
    private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{1,32}");

    private final MultiMap query;

    private TraceParameters(MultiMap query) {
        this.query = query;
    }

    /** @throws ProblemException (400) naming what is wrong and what is allowed */
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
                parameters.read(
                        "minDuration",
                        text -> Settings.parseDuration(text).orElseThrow(IllegalArgumentException::new),
                        "a duration such as 250ms or 2s"),
                parameters.count(DEFAULT_LIMIT, MAX_LIMIT, "limit"));
    }

    /**
     * Takes both spellings of each name, {@code query.serviceName} and {@code query.service_name}, and {@code
     * query.num_traces} for {@code query.search_depth}. Others are ignored, as Jaeger does.
     *
     * @throws ProblemException (400) naming what is wrong and what is allowed
     */
    static TraceQuery ofJaeger(RoutingContext routing) {
        TraceParameters parameters = new TraceParameters(routing.queryParams());
        Instant from = parameters.jaegerTime("start_time_min");
        Instant to = parameters.jaegerTime("start_time_max");
        if (from == null || to == null) {
            throw new ProblemException(400, "query.start_time_min and query.start_time_max are required");
        }
        return new TraceQuery(
                parameters.text(parameters.name("service_name")),
                parameters.text(parameters.name("operation_name")),
                from,
                to,
                parameters.jaegerDuration("duration_min"),
                parameters.jaegerDuration("duration_max"),
                null,
                parameters.count(
                        DEFAULT_SEARCH_DEPTH,
                        MAX_SEARCH_DEPTH,
                        parameters.text("query.num_traces") == null
                                ? parameters.name("search_depth")
                                : "query.num_traces"));
    }

    /** {@code server}, for example; null if all are wanted. */
    static String jaegerSpanKind(RoutingContext routing) {
        TraceParameters parameters = new TraceParameters(routing.queryParams());
        String kind = parameters.text("spanKind");
        String either = kind == null ? parameters.text("span_kind") : kind;
        return either == null ? null : either.toLowerCase(Locale.ROOT);
    }

    /** @throws ProblemException (400) if it is not up to 32 hex digits; zeros in front may be left out */
    static String jaegerTraceId(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!TRACE_ID.matcher(lower).matches()) {
            throw new ProblemException(400, "malformed parameter trace_id: up to 32 hex digits are allowed");
        }
        return "0".repeat(32 - lower.length()) + lower;
    }

    private Instant jaegerTime(String name) {
        return read(name(name), TraceParameters::time, "a time such as 2026-01-02T03:04:05.678Z");
    }

    private Duration jaegerDuration(String name) {
        return read(name(name), TraceParameters::goDuration, "a duration such as 1.5s or 250ms or 1m30s");
    }

    /** With {@code query.} before it, in whichever of the two spellings it is given. */
    private String name(String name) {
        String camelCase = "query."
                + Pattern.compile("_(\\w)").matcher(name).replaceAll(letter -> letter.group(1)
                        .toUpperCase(Locale.ROOT));
        return query.contains(camelCase) ? camelCase : "query." + name;
    }

    private int count(int otherwise, int most, String name) {
        Integer count = read(
                name,
                text -> {
                    int number = Integer.parseInt(text);
                    if (number < 1 || number > most) {
                        throw new IllegalArgumentException();
                    }
                    return number;
                },
                "a whole number from 1 to " + most);
        return count == null ? otherwise : count;
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

    /** Null if it is absent or empty. */
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

    /** As Go writes them: numbers with units, one after the other. */
    private static Duration goDuration(String text) {
        Matcher part = GO_DURATION.matcher(text);
        Duration duration = Duration.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            end = part.end();
            long unit =
                    switch (part.group(2)) {
                        case "ns" -> 1;
                        case "us", "µs", "μs" -> 1_000;
                        case "ms" -> 1_000_000;
                        case "s" -> 1_000_000_000L;
                        case "m" -> 60_000_000_000L;
                        default -> 3_600_000_000_000L;
                    };
            duration = duration.plusNanos((long) (Double.parseDouble(part.group(1)) * unit));
        }
        if (end == 0 || end < text.length()) {
            throw new IllegalArgumentException();
        }
        return duration;
    }
}
