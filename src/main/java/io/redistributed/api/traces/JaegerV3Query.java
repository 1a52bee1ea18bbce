package io.redistributed.api.traces;

import io.redistributed.api.http.ProblemException;
import io.redistributed.export.store.TraceQuery;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the query of {@code /api/v3/traces} and {@code /api/v3/trace-summaries}. Each parameter is accepted in
 * lowerCamelCase ({@code query.serviceName}) and in snake case ({@code query.service_name}).
 */
final class JaegerV3Query {

    private static final String PREFIX = "query.";
    private static final String[] SERVICE = {"query.serviceName", "query.service_name"};

    /** Some versions of Jaeger's page use the new name. */
    private static final String[] OPERATION = {
        "query.operationName", "query.operation_name", "query.spanName", "query.span_name"
    };

    private static final String[] ATTRIBUTES = {"query.attributes"};
    private static final String[] START_MIN = {"query.startTimeMin", "query.start_time_min"};
    private static final String[] START_MAX = {"query.startTimeMax", "query.start_time_max"};
    private static final String[] DURATION_MIN = {"query.durationMin", "query.duration_min"};
    private static final String[] DURATION_MAX = {"query.durationMax", "query.duration_max"};
    private static final String[] DEPTH = {"query.searchDepth", "query.search_depth", "query.num_traces"};
    private static final String[] RAW = {"query.rawTraces", "query.raw_traces"};

    private static final Set<String> NAMES = new TreeSet<>();

    static {
        List.of(SERVICE, OPERATION, ATTRIBUTES, START_MIN, START_MAX, DURATION_MIN, DURATION_MAX, DEPTH, RAW)
                .forEach(names -> NAMES.addAll(Arrays.asList(names)));
    }

    private JaegerV3Query() {}

    /**
     * Returns the parsed query. Unknown conditions are rejected: if ignored, every trace would match.
     *
     * @throws ProblemException (400) that names the parameter and what is allowed
     */
    static TraceQuery of(JaegerParameters parameters) {
        for (String name : parameters.query().names()) {
            if (name.startsWith(PREFIX) && !NAMES.contains(name)) {
                throw new ProblemException(
                        400, name + ": unknown query parameter; allowed are " + String.join(", ", NAMES));
            }
        }
        Map<String, String> attributes =
                parameters.read(JaegerParameters::texts, "a JSON object whose values are strings", ATTRIBUTES);
        Instant from = time(parameters, START_MIN);
        Instant to = time(parameters, START_MAX);
        if (from == null || to == null) {
            throw new ProblemException(400, START_MIN[0] + " and " + START_MAX[0] + " are required");
        }
        if (!from.isBefore(to)) {
            throw new ProblemException(400, START_MIN[0] + " must be before " + START_MAX[0]);
        }
        Duration shortest = parameters.duration(DURATION_MIN);
        Duration longest = parameters.duration(DURATION_MAX);
        if (shortest != null && longest != null && longest.compareTo(shortest) < 0) {
            throw new ProblemException(400, DURATION_MAX[0] + " must not be less than " + DURATION_MIN[0]);
        }
        parameters.checkBool(RAW);
        return new TraceQuery(
                parameters.text(SERVICE),
                parameters.text(OPERATION),
                from,
                to,
                shortest,
                longest,
                attributes == null ? Map.of() : attributes,
                null,
                null,
                null,
                null,
                parameters.limit(DEPTH));
    }

    /** Returns null if absent. */
    static Instant time(JaegerParameters parameters, String... names) {
        OffsetDateTime time = parameters.read(JaegerParameters::time, "a time such as 2026-01-02T03:04:05.678Z", names);
        return time == null ? null : time.toInstant();
    }
}
