package io.redistributed.api.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads request bodies in place of vertx-web's body handler. Bytes count against the {@link BodyBudget} as they arrive,
 * whatever length the request declares, and have to arrive in time. Used on one event loop.
 */
public final class RequestBodies {

    private static final long CHECK_MILLIS = 1_000;
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");

    private final BodyBudget budget;
    private final Set<BodyReader> arriving = new HashSet<>();

    /** @param maxBodyBytes limit of any request body */
    public RequestBodies(Vertx vertx, int maxBodyBytes) {
        budget = BodyBudget.of(vertx, maxBodyBytes);
        vertx.setPeriodic(CHECK_MILLIS, due -> checkDeadlines());
    }

    /**
     * Returns a handler that continues the route when the body is complete. Must run before anything asynchronous.
     *
     * @param maxBytes limit of the body; longer ones are rejected (413)
     */
    public Handler<RoutingContext> upTo(int maxBytes) {
        return routing -> read(routing, maxBytes, maxBytes);
    }

    /**
     * Returns a handler like {@link #upTo}, which continues the route before a longer body is complete: then {@link
     * #stream} returns it. The rest of the route has to be {@link #whileWorking}.
     *
     * @param maxWholeBytes limit of a body that is read whole
     * @param maxBytes limit of the body; longer ones are rejected (413)
     */
    public Handler<RoutingContext> streaming(int maxWholeBytes, long maxBytes) {
        return routing -> read(routing, maxWholeBytes, maxBytes);
    }

    /** Returns the body of a request that was read whole; empty if there is none. */
    public static Buffer whole(RoutingContext routing) {
        Buffer body = routing.body().buffer();
        return body == null ? Buffer.buffer() : body;
    }

    /**
     * Returns the body of a request if it is {@link #streaming}, else null. To be read on one thread other than the event
     * loop; a refused body throws a {@link ProblemException}.
     */
    public static InputStream stream(RoutingContext routing) {
        BodyReader reader = BodyReader.of(routing);
        return reader == null ? null : reader.stream();
    }

    /** Wraps work on the body, which counts against the budget until the work ends, even if the client disconnects. */
    public static <T> Function<RoutingContext, Future<T>> whileWorking(Function<RoutingContext, Future<T>> work) {
        return routing -> {
            BodyReader reader = BodyReader.of(routing);
            if (reader == null) {
                return work.apply(routing);
            }
            Future<T> result;
            try {
                result = work.apply(routing);
            } catch (RuntimeException e) {
                result = Future.failedFuture(e);
            }
            reader.releaseAfter(result);
            return result;
        };
    }

    private void read(RoutingContext routing, int maxWholeBytes, long maxBytes) {
        HttpServerRequest request = routing.request();
        long declared = declaredLength(request);
        if (declared == 0 || declared < 0 && !isOpenEnded(request)) {
            routing.next();
            return;
        }
        String expectation = request.getHeader("expect");
        if (expectation != null && request.version() != HttpVersion.HTTP_1_0) {
            if (!expectation.equalsIgnoreCase("100-continue")) {
                refuse(routing, new ProblemException(417, "Expect: must be 100-continue"));
                return;
            }
            if (declared <= maxBytes) {
                routing.response().writeContinue();
            }
        }
        if (declared > maxBytes) {
            refuse(routing, tooLarge(maxBytes));
            return;
        }
        new BodyReader(routing, budget, maxWholeBytes, maxBytes, arriving).start();
    }

    /**
     * Rejects a request and closes its connection, as the rest of the body may never come; for HTTP/2 see {@link
     * Http2Guard}.
     */
    public static void refuse(RoutingContext routing, ProblemException problem) {
        BodyReader.closeConnection(routing);
        routing.fail(problem.status(), problem);
    }

    static ProblemException tooLarge(long maxBytes) {
        return new ProblemException(413, "the request body has more than " + maxBytes + " bytes");
    }

    private void checkDeadlines() {
        long now = System.nanoTime();
        List.copyOf(arriving).forEach(reader -> reader.checkDeadline(now));
    }

    /** Returns -1 if the request declares no length. The HTTP/1 decoder has checked it; for HTTP/2 it is unchecked. */
    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        return length != null && LENGTH.matcher(length).matches() ? Long.parseLong(length) : -1;
    }

    private static boolean isOpenEnded(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2 || request.headers().contains("transfer-encoding");
    }
}
