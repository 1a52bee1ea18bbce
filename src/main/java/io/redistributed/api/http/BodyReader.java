package io.redistributed.api.http;

import io.redistributed.vertx.server.ServerInternals;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Reads one request body. Used on the request's event loop. */
final class BodyReader {

    private static final String KEY = BodyReader.class.getName();

    /** A body must deliver at least {@value #MIN_WINDOW_BYTES} bytes, or end, in each window. */
    private static final int WINDOW_SECONDS = 10;

    private static final int MIN_WINDOW_BYTES = 1 << 16;
    private static final int MAX_SECONDS = 300;

    private final RoutingContext routing;
    private final BodyBudget budget;
    private final int maxBytes;
    private final Set<BodyReader> arriving;
    private final long started = System.nanoTime();
    private long windowStarted = started;
    private int windowBytes;
    private Buffer body = Buffer.buffer();
    private int held;
    private boolean closed;
    private boolean refused;
    private boolean working;

    /** @param arriving readers whose deadlines are checked; this one adds and removes itself */
    BodyReader(RoutingContext routing, BodyBudget budget, int maxBytes, Set<BodyReader> arriving) {
        this.routing = routing;
        this.budget = budget;
        this.maxBytes = maxBytes;
        this.arriving = arriving;
    }

    /** Returns the reader of the request's body, or null if the request has none. */
    static BodyReader of(RoutingContext routing) {
        return routing.get(KEY);
    }

    void start() {
        routing.put(KEY, this);
        arriving.add(this);
        RequestEnd.of(routing).onComplete(end -> {
            close();
            if (!working) {
                release();
            }
        });
        routing.request()
                .handler(this::receive)
                .exceptionHandler(this::malformed)
                .endHandler(end -> complete());
    }

    /** Keeps the body in the budget until the future completes. */
    void releaseAfter(Future<?> work) {
        working = true;
        work.onComplete(done -> release());
    }

    void checkDeadline(long now) {
        if (now - started > TimeUnit.SECONDS.toNanos(MAX_SECONDS)) {
            refuse(new ProblemException(
                    408, "the request body did not arrive within " + MAX_SECONDS + " s (" + held + " bytes received)"));
        } else if (now - windowStarted > TimeUnit.SECONDS.toNanos(WINDOW_SECONDS)) {
            if (held - windowBytes < MIN_WINDOW_BYTES) {
                refuse(new ProblemException(
                        408,
                        "the request body arrives too slowly: " + (held - windowBytes) + " bytes in " + WINDOW_SECONDS
                                + " s (at least " + MIN_WINDOW_BYTES + ")"));
            }
            windowStarted = now;
            windowBytes = held;
        }
    }

    private void receive(Buffer bytes) {
        if (closed) {
            return;
        }
        long size = (long) held + bytes.length();
        if (size > maxBytes) {
            refuse(RequestBodies.tooLarge(maxBytes));
        } else if (!budget.reserve(bytes.length(), size)) {
            refuse(new ProblemException(
                    503, "the memory for request bodies on this node is in use; retry, or send less at once"));
        } else {
            held += bytes.length();
            body.appendBuffer(bytes);
        }
    }

    private void complete() {
        if (!closed) {
            close();
            ServerInternals.setBody(routing, body);
            routing.next();
        }
    }

    /** Also called when the client disconnects; the response is then discarded. */
    private void malformed(Throwable cause) {
        if (!refused) {
            refuse(new ProblemException(400, "the request body is malformed: " + cause.getMessage()));
        }
    }

    private void refuse(ProblemException problem) {
        refused = true;
        close();
        release();
        RequestBodies.refuse(routing, problem);
    }

    private void close() {
        closed = true;
        arriving.remove(this);
    }

    private void release() {
        body = null;
        budget.release(held);
        held = 0;
    }
}
