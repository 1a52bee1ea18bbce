package io.redistributed.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.redistributed.queue.DamagedReportException;
import io.redistributed.queue.IdempotencyConflictException;
import io.redistributed.queue.QueueFullException;
import io.redistributed.redis.ErrorKind;
import io.redistributed.redis.RedisUnavailableException;
import io.redistributed.vertx.server.ServerInternals;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns failures into error responses that say what is wrong, where, and what is allowed. */
public final class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private static final String CONTENT_TYPE = "application/problem+json";
    private static final String RETRY_AFTER_SECONDS = "1";

    /** Paths of OTLP's signals that are not received. */
    private static final Set<String> OTHER_SIGNALS = Set.of("/v1/metrics", "/v1/logs");

    public void mount(Router router) {
        router.route().failureHandler(routing -> answer(routing, routing.statusCode()));
        // Failures before a route is reached.
        List.of(400, 404, 500).forEach(status -> router.errorHandler(status, routing -> answer(routing, status)));
    }

    /** Answers an unreadable or ambiguous request head and closes the connection. */
    static void refuse(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        ProblemException problem;
        if (cause instanceof TooLongHttpLineException) {
            problem = new ProblemException(414, "the request line is too long");
        } else if (cause instanceof TooLongHttpHeaderException) {
            problem = new ProblemException(431, "the request headers are too long");
        } else if (cause instanceof FramingException framing) {
            problem = new ProblemException(framing.status(), framing.getMessage());
        } else {
            problem = new ProblemException(400, "malformed HTTP request: " + cause.getMessage());
        }
        send(request.response().putHeader("connection", "close"), problem, new JsonObject());
    }

    /** Writes an HTTP/1 response, past the encoder, to a connection without a request, and closes it. */
    static void refuse(ChannelPipeline pipeline, int status, String detail) {
        String body = document(new ProblemException(status, detail)).encode();
        String answer = "HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\nconnection: close\r\ncontent-type: "
                + CONTENT_TYPE + "\r\ncontent-length: " + body.length() + "\r\n\r\n" + body;
        ServerInternals.afterTls(pipeline)
                .writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void answer(RoutingContext routing, int status) {
        HttpServerResponse response = routing.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            routing.request().connection().close();
            return;
        }
        ProblemException problem = problem(routing, status);
        retryAfter(routing, problem);
        JsonObject place = new JsonObject().put("instance", routing.request().path());
        String traceId = RequestTrace.id();
        if (!traceId.isEmpty()) {
            place.put("traceId", traceId);
        }
        send(response, problem, place);
    }

    private static void send(HttpServerResponse response, ProblemException problem, JsonObject place) {
        response.setStatusCode(problem.status())
                .putHeader("content-type", CONTENT_TYPE)
                .end(document(problem).mergeIn(place).mergeIn(problem.more()).toBuffer())
                .onFailure(Problems::clientDisconnected);
    }

    private static JsonObject document(ProblemException problem) {
        return new JsonObject()
                .put("type", "about:blank")
                .put("title", HttpResponseStatus.valueOf(problem.status()).reasonPhrase())
                .put("status", problem.status())
                .put("detail", problem.getMessage());
    }

    public static void clientDisconnected(Throwable cause) {
        log.debug("Client disconnected before its response: {}", cause.getMessage());
    }

    /** Sets {@code Retry-After} on temporary errors. */
    public static void retryAfter(RoutingContext routing, ProblemException problem) {
        if (problem.status() == 429 || problem.status() == 503) {
            routing.response().putHeader("retry-after", RETRY_AFTER_SECONDS);
        }
    }

    /** Returns the problem that describes a failed request. Logs unexpected failures. */
    public ProblemException problem(RoutingContext routing, int status) {
        Throwable failure = routing.failure();
        if (failure instanceof ProblemException problem) {
            return problem;
        }
        if (failure instanceof IdempotencyConflictException) {
            return new ProblemException(422, failure.getMessage());
        }
        if (failure instanceof QueueFullException) {
            return new ProblemException(429, failure.getMessage());
        }
        if (failure instanceof DamagedReportException) {
            // Already logged by the queue.
            return new ProblemException(500, failure.getMessage());
        }
        if (ErrorKind.isTooLong(failure)) {
            return new ProblemException(
                    413, "the request is larger than Redis accepts (proto-max-bulk-len): " + failure.getMessage());
        }
        if (failure instanceof RedisUnavailableException) {
            return new ProblemException(503, failure.getMessage());
        }
        if (status < 400 || status >= 500) {
            log.error(
                    "{} {} failed",
                    routing.request().method(),
                    routing.request().path(),
                    failure);
            return new ProblemException(500, "unexpected error; see the log of this node");
        }
        return new ProblemException(status, detail(routing, status));
    }

    private String detail(RoutingContext routing, int status) {
        HttpServerRequest request = routing.request();
        return switch (status) {
            case 404 ->
                OTHER_SIGNALS.contains(request.path())
                        ? "only spans are received; set OTEL_METRICS_EXPORTER=none and OTEL_LOGS_EXPORTER=none in the sender"
                        : request.path() + " not found; GET /openapi.yaml lists the paths of this API";
            case 405 ->
                request.method() + " is not allowed at " + request.path() + "; allowed: "
                        + routing.response().headers().get("allow");
            default -> "malformed request; its path and query must be percent-encoded";
        };
    }
}
