package io.redistributed.api;

import io.redistributed.api.http.Gate;
import io.redistributed.api.http.Routes;
import io.redistributed.auth.Caller;
import io.redistributed.queue.ReportQueue;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Serves {@code /health/live} (the event loop runs) and {@code /health/ready} (reports are accepted), for anyone. With
 * authentication, only callers get the reasons, which name parts of the system.
 */
final class HealthHandler {

    static final String PREFIX = "/health/";
    static final String READY = PREFIX + "ready";

    private final ReportQueue queue;
    private final Gate gate;

    HealthHandler(ReportQueue queue, Gate gate) {
        this.queue = queue;
        this.gate = gate;
    }

    void mount(Routes routes) {
        routes.get(PREFIX + "live").handler(routing -> routing.json(status(true)));
        routes.get(READY).handler(routing -> {
            boolean ready = queue.isReady();
            List<String> refusals = queue.refusals();
            JsonObject status = status(ready).put("redis", redis());
            if (!refusals.isEmpty() && gate.find(routing) != Caller.NOBODY) {
                status.put("reasons", new JsonArray(refusals));
            }
            routing.response().setStatusCode(ready ? 200 : 503);
            routing.json(status);
        });
    }

    private String redis() {
        return queue.isWhollyConnected() ? "connected" : queue.isConnected() ? "partly connected" : "away";
    }

    private static JsonObject status(boolean up) {
        return new JsonObject().put("status", up ? "UP" : "DOWN");
    }
}
