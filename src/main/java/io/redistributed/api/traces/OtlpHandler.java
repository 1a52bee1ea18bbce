package io.redistributed.api.traces;

import io.redistributed.api.http.ContentCoding;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.Problems;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.api.http.Routes;
import io.redistributed.export.SpanPipeline;
import io.redistributed.export.otlp.OtlpEncoding;
import io.redistributed.export.otlp.OtlpReceiver;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/**
 * Serves {@code POST /v1/traces}: stores spans of other processes in this one, by <a
 * href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>. As that specifies, errors are a {@code
 * google.rpc.Status} in the encoding of the request. Used on one event loop.
 */
final class OtlpHandler {

    static final String PATH = "/v1/traces";

    /**
     * The default limit of gRPC receivers; also applies to inflated bodies, whose decoded form takes a multiple of the
     * heap.
     */
    static final int MAX_BYTES = 4 << 20;

    /** Complete requests that may wait for decoding; {@link RequestBodies} limits incomplete ones. */
    static final int MAX_WAITING = 16;

    private final SpanPipeline spans;
    private final OtlpReceiver receiver;
    private final Problems problems;
    private final int maxBytes;
    private final Handler<RoutingContext> body;
    private int waiting;

    /** @param maxBodyBytes limit of any request body */
    OtlpHandler(SpanPipeline spans, Problems problems, RequestBodies bodies, int maxBodyBytes) {
        this.spans = spans;
        this.receiver = new OtlpReceiver(spans.store());
        this.problems = problems;
        this.maxBytes = Math.min(MAX_BYTES, maxBodyBytes);
        this.body = bodies.upTo(maxBytes);
    }

    void mount(Routes routes) {
        routes.post(PATH).handler(this::check).failureHandler(this::refuse);
        routes.post(PATH).handler(body);
        routes.post(PATH).handler(this::receive);
    }

    private void check(RoutingContext routing) {
        if (!spans.isStoring()) {
            throw new ProblemException(
                    404, "this node stores no spans (its exporters do not include 'store'); send them to a collector");
        }
        if (encoding(routing) == null) {
            routing.response().putHeader("accept", "application/x-protobuf, application/json");
            throw new ProblemException(415, "Content-Type: must be application/x-protobuf or application/json");
        }
        if (!isGzip(routing) && contentEncoding(routing) != null) {
            routing.response().putHeader("accept-encoding", "gzip, identity");
            throw new ProblemException(415, "Content-Encoding: must be gzip or identity");
        }
        routing.next();
    }

    private void receive(RoutingContext routing) {
        if (waiting == MAX_WAITING) {
            throw new ProblemException(429, "too many concurrent requests; send fewer requests with more spans each");
        }
        RequestBodies.whileWorking(this::decode)
                .apply(routing)
                .compose(answer -> routing.response()
                        .putHeader("content-type", encoding(routing).contentType())
                        .end(Buffer.buffer(answer)))
                .onFailure(routing::fail);
    }

    private Future<byte[]> decode(RoutingContext routing) {
        OtlpEncoding encoding = encoding(routing);
        ContentCoding coding = isGzip(routing) ? ContentCoding.GZIP : ContentCoding.IDENTITY;
        Buffer body = routing.body().buffer() == null
                ? Buffer.buffer()
                : routing.body().buffer();
        waiting++;
        // Serialized to limit the heap that decoding takes.
        return routing.vertx()
                .executeBlocking(() -> receiver.receive(encoding, coding.decode(body, maxBytes, more -> {})))
                .onComplete(done -> waiting--)
                .recover(cause -> Future.failedFuture(
                        cause instanceof IllegalArgumentException
                                ? new ProblemException(400, cause.getMessage())
                                : cause));
    }

    private void refuse(RoutingContext routing) {
        OtlpEncoding encoding = encoding(routing);
        boolean isOtlp = encoding != null && spans.isStoring();
        if (!isOtlp || routing.response().headWritten()) {
            routing.next();
            return;
        }
        ProblemException problem = problems.problem(routing, routing.statusCode());
        if (problem.status() == 413) {
            problem = tooLarge();
        }
        Problems.retryAfter(routing, problem);
        routing.response()
                .setStatusCode(problem.status())
                .putHeader("content-type", encoding.contentType())
                .end(Buffer.buffer(encoding.status(GrpcCode.of(problem.status()), problem.getMessage())))
                .onFailure(Problems::clientDisconnected);
    }

    private ProblemException tooLarge() {
        return new ProblemException(
                413,
                "the body has more than " + maxBytes + " bytes, received or inflated; send fewer spans per request");
    }

    /** Returns the encoding of the request, or null if OTLP does not define it. */
    private static OtlpEncoding encoding(RoutingContext routing) {
        return OtlpEncoding.of(routing.request().getHeader("content-type")).orElse(null);
    }

    private static boolean isGzip(RoutingContext routing) {
        return "gzip".equalsIgnoreCase(contentEncoding(routing));
    }

    /** Returns the compression of the body, or null without one. */
    private static String contentEncoding(RoutingContext routing) {
        String encoding = routing.request().getHeader("content-encoding");
        return "identity".equalsIgnoreCase(encoding) ? null : encoding;
    }
}
