package io.redistributed.api;

import io.redistributed.telemetry.ServedRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is where. Tells each request's span its route, which Vert.x' HTTP server span lacks: {@code POST /reports}. */
final class Routes {

    private final Router router;
    private final Map<String, Set<HttpMethod>> methods = new LinkedHashMap<>();

    Routes(Router router) {
        this.router = router;
    }

    /** Also serves HEAD, which Vert.x answers without the body. */
    Route get(String path) {
        return route(path, Set.of(HttpMethod.GET, HttpMethod.HEAD));
    }

    Route post(String path) {
        return route(path, Set.of(HttpMethod.POST));
    }

    Route delete(String path) {
        return route(path, Set.of(HttpMethod.DELETE));
    }

    /** To be called last: what is there for other methods than a request's is refused with those that are allowed. */
    void refuseOtherMethods() {
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
        Route route = router.route(path).handler(routing -> {
            ServedRequest.routed(template);
            routing.next();
        });
        allowed.forEach(route::method);
        return route;
    }

    private static String template(String path) {
        return path.replaceAll(":(\\w+)", "{$1}");
    }
}
