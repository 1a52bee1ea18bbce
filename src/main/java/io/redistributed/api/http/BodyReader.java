package io.redistributed.api.http;

import io.redistributed.vertx.server.ServerInternals;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Reads one request body, whole or as a stream. Used on the request's event loop. */
final class BodyReader {

    private static final String KEY = BodyReader.class.getName();

    /** A body must deliver at least {@value #MIN_WINDOW_BYTES} bytes, or end, in each window in which it may. */
    private static final int WINDOW_SECONDS = 10;

    private static final int MIN_WINDOW_BYTES = 1 << 16;
    private static final int MAX_SECONDS = 300;

    /** Counts against the budget for the chunks of a stream that its reader holds. */
    private static final int STREAM_BYTES = 1 << 20;

    private final RoutingContext routing;
    private final BodyBudget budget;
    private final int maxWholeBytes;
    private final long maxBytes;
    private final Set<BodyReader> arriving;
    private final long started = System.nanoTime();
    private long windowStarted = started;
    private long windowBytes;
    private Buffer body = Buffer.buffer();
    private BodyStream stream;
    private long received;
    private int held;
    private boolean complete;
    private boolean closed;
    private boolean refused;
    private boolean working;

    /**
     * @param maxWholeBytes limit above which the body becomes a stream; {@code maxBytes} or more for no stream
     * @param arriving readers whose deadlines are checked; this one adds and removes itself
     */
    BodyReader(RoutingContext routing, BodyBudget budget, int maxWholeBytes, long maxBytes, Set<BodyReader> arriving) {
        this.routing = routing;
        this.budget = budget;
        this.maxWholeBytes = maxWholeBytes;
        this.maxBytes = maxBytes;
        this.arriving = arriving;
    }

    /** Returns the reader of the request's body, or null if the request has none. */
    static BodyReader of(RoutingContext routing) {
        return routing.get(KEY);
    }

    /** Returns the body if it is a stream, else null. */
    BodyStream stream() {
        return stream;
    }

    void start() {
        routing.put(KEY, this);
        arriving.add(this);
        RequestEnd.of(routing).onComplete(end -> {
            close();
            if (!working) {
                release();
            } else if (stream != null) {
                stream.fail(new IOException("the client disconnected"));
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
        work.onComplete(done -> {
            if (!complete) {
                // The rest of the body may never come.
                close();
                closeConnection(routing);
            }
            release();
        });
    }

    void checkDeadline(long now) {
        if (now - started > TimeUnit.SECONDS.toNanos(MAX_SECONDS)) {
            refuse(new ProblemException(
                    408,
                    "the request body did not arrive within " + MAX_SECONDS + " s (" + received + " bytes received)"));
        } else if (stream != null && stream.isPaused()) {
            startWindow(now);
        } else if (now - windowStarted > TimeUnit.SECONDS.toNanos(WINDOW_SECONDS)) {
            if (received - windowBytes < MIN_WINDOW_BYTES) {
                refuse(new ProblemException(
                        408,
                        "the request body arrives too slowly: " + (received - windowBytes) + " bytes in "
                                + WINDOW_SECONDS + " s (at least " + MIN_WINDOW_BYTES + ")"));
            }
            startWindow(now);
        }
    }

    private void startWindow(long now) {
        windowStarted = now;
        windowBytes = received;
    }

    private void receive(Buffer bytes) {
        if (closed) {
            return;
        }
        if (received + bytes.length() > maxBytes) {
            refuse(RequestBodies.tooLarge(maxBytes));
        } else if (!budget.reserve(bytes.length(), received + bytes.length())) {
            refuse(outOfMemory());
        } else if (stream != null) {
            received += bytes.length();
            stream.add(bytes);
        } else {
            received += bytes.length();
            held += bytes.length();
            body.appendBuffer(bytes);
            if (received > maxWholeBytes) {
                openStream();
            }
        }
    }

    private static ProblemException outOfMemory() {
        return new ProblemException(
                503, "the memory for request bodies on this node is in use; retry, or send less at once");
    }

    /**
     * Continues the route, which reads the stream while the rest arrives. Called when a long body has begun to arrive, not
     * when it is declared: clients that send nothing must not occupy the budget and the threads that read.
     */
    private void openStream() {
        if (!budget.reserve(STREAM_BYTES, STREAM_BYTES)) {
            refuse(outOfMemory());
            return;
        }
        stream = new BodyStream(routing.request(), routing.vertx().getOrCreateContext(), budget);
        stream.add(body);
        body = null;
        held = STREAM_BYTES;
        routing.next();
    }

    private void complete() {
        if (closed) {
            return;
        }
        complete = true;
        close();
        if (stream == null) {
            ServerInternals.setBody(routing, body);
            routing.next();
        } else {
            stream.end();
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
        if (stream == null) {
            release();
            closeConnection(routing);
            routing.fail(problem.status(), problem);
        } else {
            // Fails the work that reads it, which answers.
            stream.fail(problem);
        }
    }

    /**
     * Rejects the rest of a request: its connection closes after the response. For HTTP/2 see {@link Http2Guard}.
     */
    static void closeConnection(RoutingContext routing) {
        if (routing.request().version() != HttpVersion.HTTP_2
                && !routing.response().headWritten()) {
            routing.response().putHeader("connection", "close");
        }
    }

    private void close() {
        closed = true;
        arriving.remove(this);
    }

    private void release() {
        body = null;
        budget.release(held);
        held = 0;
        if (stream != null) {
            stream.close();
        }
    }
}
