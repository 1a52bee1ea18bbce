package io.redistributed.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Bounds the request bodies that are in memory at once: one body has a bound of its own, but there can be any number of
 * them. Used on one event loop.
 */
final class BodyBudget {

    /** Of the heap, for one instance; a body is copied once or twice on its way to Redis, and there may be other instances. */
    private static final int SHARE_OF_HEAP = 16;

    private final long most;
    private final int maxBodyBytes;
    private long held;

    BodyBudget(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
        this.most = Math.max(maxBodyBytes, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** Refuses a request (503) whose body would be too much beside the others; to stand before the body handler. */
    void reserve(RoutingContext routing) {
        long length = length(routing.request());
        if (length > maxBodyBytes) {
            // Refused by the body handler, unread.
            routing.next();
            return;
        }
        if (held + length > most) {
            throw new ProblemException(503, "there are too many request bodies at once; send fewer, or smaller ones");
        }
        held += length;
        routing.addEndHandler(ended -> held -= length);
        routing.next();
    }

    private long length(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        if (length != null && length.matches("\\d{1,18}")) {
            return Long.parseLong(length);
        }
        // What is not said may be as much as is allowed.
        return request.headers().contains("transfer-encoding") ? maxBodyBytes : 0;
    }
}
