package io.redistributed.api.http;

import io.redistributed.auth.Right;
import io.redistributed.telemetry.ServedRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Registers routes, each behind the gate with the rights that {@link Access} lists for it, and sets the route of each
 * request's span ({@code POST /reports}), which Vert.x does not.
 */
public final class Routes {

    private final Router router;
    private final Gate gate;
    private final Map<String, Set<HttpMethod>> methods = new LinkedHashMap<>();

    public Routes(Router router, Gate gate) {
        this.router = router;
        this.gate = gate;
    }

    /** Adds a route for GET and HEAD; Vert.x omits the body for HEAD. */
    public Route get(String path) {
        return route(path, Set.of(HttpMethod.GET, HttpMethod.HEAD));
    }

    public Route post(String path) {
        return route(path, Set.of(HttpMethod.POST));
    }

    public Route delete(String path) {
        return route(path, Set.of(HttpMethod.DELETE));
    }

    /** Answers other methods of known paths with 405 and {@code Allow}. Call after adding all routes. */
    public void refuseOtherMethods() {
        methods.forEach((path, allowed) -> {
            String allow = allowed.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
            router.route(path).handler(routing -> {
                ServedRequest.routed(template(path));
                routing.response().putHeader("allow", allow);
                routing.fail(405);
            });
        });
    }

    private Route route(String path, Set<HttpMethod> allowed) {
        methods.computeIfAbsent(path, first -> new HashSet<>()).addAll(allowed);
        String template = template(path);
        Set<Right> rights = Access.to(allowed, template);
        Route route = router.route(path).handler(routing -> {
            ServedRequest.routed(template);
            gate.admit(routing, rights);
            routing.next();
        });
        allowed.forEach(route::method);
        return route;
    }

    private static String template(String path) {
        return path.replaceAll(":(\\w+)", "{$1}");
    }
}
