package io.redistributed.api.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;

/**
 * Tells handlers that a request has ended: its response is complete, or its client disconnected. vertx-web never calls
 * an end handler that is added after the connection closed. The only one is therefore added before anything
 * asynchronous, and handlers get a future, which also notifies late ones.
 */
public final class RequestEnd {

    private static final String KEY = RequestEnd.class.getName();

    private RequestEnd() {}

    /** Registers the end handler. Must run before any other handler of the router. */
    public static void watch(RoutingContext routing) {
        Promise<Void> end = Promise.promise();
        routing.put(KEY, end.future());
        routing.addEndHandler(ended -> {
            // Over HTTP/2, the last write can close the stream before the end handlers run.
            if (ended.succeeded() || routing.response().ended()) {
                end.tryComplete();
            } else {
                end.tryFail(ended.cause());
            }
        });
    }

    /**
     * Returns a future that succeeds when the response has ended, or fails if the client disconnected before. Completes
     * on the request's event loop.
     */
    public static Future<Void> of(RoutingContext routing) {
        return routing.get(KEY);
    }

    /**
     * Returns a future that completes as soon as the client has stopped sending, which is all that is seen of many clients
     * that disconnect, or the request has ended. What waits then answers with what there is.
     */
    public static Future<Void> orInputEnd(RoutingContext routing) {
        Promise<Void> end = Promise.promise();
        of(routing).onComplete(ended -> end.tryComplete());
        Http1Guard.inputEnd(routing.request().connection()).onComplete(ended -> end.tryComplete());
        return end.future();
    }
}
