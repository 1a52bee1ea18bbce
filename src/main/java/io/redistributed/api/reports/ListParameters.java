package io.redistributed.api.reports;

import io.redistributed.api.http.Gate;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.QueryParameters;
import io.redistributed.auth.Caller;
import io.redistributed.queue.ReportFilter;
import io.redistributed.queue.ReportState;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the query of {@code GET /reports}: {@code state}, {@code type}, {@code limit} (default 50), {@code cursor}. Callers
 * without the right {@code operate} list their own reports.
 */
final class ListParameters {

    private static final Set<String> NAMES = new TreeSet<>(Set.of("state", "type", "limit", "cursor"));
    private static final String DEFAULT_LIMIT = "50";

    private ListParameters() {}

    /** @throws ProblemException (400) that names the parameter and what is allowed */
    static ReportFilter of(RoutingContext routing) {
        MultiMap query = routing.queryParams();
        QueryParameters.check(query, NAMES);
        String limit = query.contains("limit") ? query.get("limit") : DEFAULT_LIMIT;
        if (!limit.matches("\\d{1,4}")) {
            throw new ProblemException(
                    400, "limit: \"" + limit + "\" is not a whole number from 1 to " + ReportFilter.MAX_LIMIT);
        }
        String cursor = query.contains("cursor") ? query.get("cursor") : "";
        try {
            Caller caller = Gate.caller(routing);
            return new ReportFilter(
                    state(query.get("state")),
                    query.get("type"),
                    Integer.parseInt(limit),
                    cursor,
                    caller.operates() ? null : caller.owner());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, e.getMessage());
        }
    }

    private static ReportState state(String text) {
        if (text == null) {
            return null;
        }
        List<String> allowed =
                Arrays.stream(ReportState.values()).map(ReportState::text).toList();
        if (!allowed.contains(text)) {
            throw new ProblemException(400, "state: \"" + text + "\" is not one of " + String.join(", ", allowed));
        }
        return ReportState.values()[allowed.indexOf(text)];
    }
}
