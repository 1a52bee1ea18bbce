package io.redistributed.api;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;

/**
 * Tells handlers that a request is over: its response has ended, or its client has gone. vertx-web never calls an end
 * handler that is added after the connection closed, so the only one is added here, before anything asynchronous; what
 * handlers get is a future, which also calls those that come late.
 */
final class RequestEnd {

    private static final String KEY = RequestEnd.class.getName();

    private RequestEnd() {}

    /** Goes before every handler in the router. */
    static void watch(RoutingContext routing) {
        Promise<Void> end = Promise.promise();
        routing.put(KEY, end.future());
        routing.addEndHandler(ended -> {
            if (ended.succeeded()) {
                end.tryComplete();
            } else {
                end.tryFail(ended.cause());
            }
        });
    }

    /** Succeeds when the response has ended, fails when the client left before; on the request's event loop. */
    static Future<Void> of(RoutingContext routing) {
        return routing.get(KEY);
    }
}
