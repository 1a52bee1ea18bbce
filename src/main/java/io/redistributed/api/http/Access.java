package io.redistributed.api.http;

import static io.redistributed.auth.Right.INGEST;
import static io.redistributed.auth.Right.METRICS;
import static io.redistributed.auth.Right.OPERATE;
import static io.redistributed.auth.Right.READ;
import static io.redistributed.auth.Right.SUBMIT;

import io.redistributed.auth.Right;
import io.vertx.core.http.HttpMethod;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which rights allow a request: one of those of its route. A route without an entry cannot be added. HEAD is as GET. Reports
 * of other callers are not found without {@code operate}, whatever the right.
 */
final class Access {

    /** For anyone, as such a route has nothing to hide. */
    private static final Set<Right> OPEN = Set.of();

    private static final Map<String, Set<Right>> ROUTES = new HashMap<>();

    static {
        put(OPEN, "GET /", "GET /openapi.yaml", "GET /page/{version}/{file}", "GET /health/live", "GET /health/ready");
        put(OPEN, "GET /session", "POST /session", "DELETE /session");
        put(EnumSet.of(SUBMIT), "POST /reports", "POST /reports/batch");
        put(EnumSet.of(SUBMIT, OPERATE), "DELETE /reports/{id}", "POST /reports/{id}/retry");
        put(EnumSet.of(READ, OPERATE), "GET /reports", "GET /reports/{id}", "GET /reports/{id}/result");
        put(EnumSet.of(READ, OPERATE), "GET /reports/{id}/events", "GET /events", "GET /traces/{traceId}");
        put(EnumSet.of(SUBMIT, READ, OPERATE), "GET /report-types");
        put(EnumSet.of(OPERATE), "GET /workers", "GET /traces", "GET /traces/statistics");
        // Jaeger's APIs search in all traces.
        put(EnumSet.of(OPERATE), "GET /api/v3/services", "GET /api/v3/operations", "GET /api/v3/traces");
        put(EnumSet.of(OPERATE), "GET /api/v3/traces/{traceId}", "GET /api/v3/trace-summaries");
        put(EnumSet.of(OPERATE), "GET /api/services", "GET /api/services/{service}/operations", "GET /api/operations");
        put(EnumSet.of(OPERATE), "GET /api/traces", "GET /api/traces/{traceId}", "GET /api/dependencies");
        put(EnumSet.of(INGEST), "POST /v1/traces");
        put(EnumSet.of(METRICS), "GET /metrics");
    }

    private Access() {}

    /** @param template path with {@code {name}} for each variable part */
    static Set<Right> to(Set<HttpMethod> methods, String template) {
        HttpMethod method = methods.contains(HttpMethod.GET)
                ? HttpMethod.GET
                : methods.iterator().next();
        Set<Right> rights = ROUTES.get(method + " " + template);
        if (rights == null) {
            throw new IllegalStateException("Access has no entry for the route " + method + " " + template);
        }
        return rights;
    }

    private static void put(Set<Right> rights, String... routes) {
        for (String route : routes) {
            ROUTES.put(route, rights);
        }
    }
}
