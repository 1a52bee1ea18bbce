package io.redistributed.api;

import io.redistributed.queue.ReportQueue;
import io.vertx.core.json.JsonObject;

/** {@code /health/live}: the event loop turns. {@code /health/ready}: reports can be taken, so Redis is there. */
final class HealthHandler {

    static final String PREFIX = "/health/";
    static final String READY = PREFIX + "ready";

    private final ReportQueue queue;

    HealthHandler(ReportQueue queue) {
        this.queue = queue;
    }

    void mount(Routes routes) {
        routes.get(PREFIX + "live").handler(routing -> routing.json(status(true)));
        routes.get(READY).handler(routing -> {
            boolean ready = queue.isConnected();
            routing.response().setStatusCode(ready ? 200 : 503);
            routing.json(status(ready).put("redis", redis(ready)));
        });
    }

    private String redis(boolean ready) {
        return queue.isWhollyConnected() ? "connected" : ready ? "partly connected" : "away";
    }

    private static JsonObject status(boolean up) {
        return new JsonObject().put("status", up ? "UP" : "DOWN");
    }
}
