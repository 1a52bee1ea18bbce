package io.redistributed.api;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.redistributed.queue.QueueFullException;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever went wrong into an answer that says what, where and what is allowed. */
final class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private static final String RETRY_AFTER_SECONDS = "1";

    private final int maxBodyBytes;

    Problems(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /** The failure handler of the router. */
    void answer(RoutingContext routing) {
        HttpServerResponse response = routing.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            routing.request().connection().close();
            return;
        }
        ProblemException problem = problem(routing);
        if (problem.status() == 429 || problem.status() == 503) {
            response.putHeader("retry-after", RETRY_AFTER_SECONDS);
        }
        JsonObject body = new JsonObject()
                .put("type", "about:blank")
                .put("title", HttpResponseStatus.valueOf(problem.status()).reasonPhrase())
                .put("status", problem.status())
                .put("detail", problem.getMessage())
                .put("instance", routing.request().path())
                .mergeIn(problem.more());
        String traceId = HttpSpans.traceId();
        if (!traceId.isEmpty()) {
            body.put("traceId", traceId);
        }
        response.setStatusCode(problem.status())
                .putHeader("content-type", "application/problem+json")
                .end(body.toBuffer())
                .onFailure(cause -> log.debug("The client left before its answer: {}", cause.getMessage()));
    }

    private ProblemException problem(RoutingContext routing) {
        Throwable failure = routing.failure();
        if (failure instanceof ProblemException problem) {
            return problem;
        }
        if (failure instanceof QueueFullException) {
            return new ProblemException(429, failure.getMessage());
        }
        if (failure instanceof RedisUnavailableException) {
            log.warn("{} {}: {}", routing.request().method(), routing.request().path(), failure.getMessage());
            return new ProblemException(503, failure.getMessage());
        }
        int status = routing.statusCode();
        if (failure != null && (status < 400 || status >= 500)) {
            log.error(
                    "{} {} failed",
                    routing.request().method(),
                    routing.request().path(),
                    failure);
            return new ProblemException(500, "an unexpected error; the log of this node says more");
        }
        return new ProblemException(status, detail(routing, status));
    }

    private String detail(RoutingContext routing, int status) {
        return switch (status) {
            case 404 -> "there is nothing at " + routing.request().path() + "; GET /openapi.yaml lists what there is";
            case 405 ->
                routing.request().method() + " is not allowed at "
                        + routing.request().path();
            case 413 -> "the request body has more than " + maxBodyBytes + " bytes";
            default -> "the request could not be read";
        };
    }
}
