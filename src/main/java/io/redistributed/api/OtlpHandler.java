package io.redistributed.api;

import io.redistributed.export.OtlpEncoding;
import io.redistributed.export.OtlpReceiver;
import io.redistributed.export.SpanPipeline;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code POST /v1/traces}: takes the spans of other processes into the store of this one, by <a
 * href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>. Errors are answered as that wants them, by a
 * {@code google.rpc.Status} in the encoding of the request. Used on one event loop.
 */
final class OtlpHandler {

    static final String PATH = "/v1/traces";

    /** As gRPC's receivers have it, also after inflating: what is read out of it takes a multiple of the heap. */
    private static final int MAX_BYTES = 4 << 20;

    /** Complete requests that may wait to be decoded; those that still arrive are bounded by the {@link BodyBudget}. */
    private static final int MAX_WAITING = 16;

    private final SpanPipeline spans;
    private final OtlpReceiver receiver;
    private final Problems problems;
    private final int maxBytes;
    private final Handler<RoutingContext> body;
    private int waiting;

    /** @param maxBodyBytes of any request */
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
                    404, "this node keeps no spans, as 'store' is not among its exporters; send them to a collector");
        }
        if (encoding(routing) == null) {
            routing.response().putHeader("accept", "application/x-protobuf, application/json");
            throw new ProblemException(415, "the content type must be application/x-protobuf or application/json");
        }
        if (!isGzip(routing) && contentEncoding(routing) != null) {
            routing.response().putHeader("accept-encoding", "gzip, identity");
            throw new ProblemException(415, "the only content encoding that is taken is gzip");
        }
        routing.next();
    }

    private void receive(RoutingContext routing) {
        if (waiting == MAX_WAITING) {
            throw new ProblemException(429, "there are too many requests at once; send fewer, with more spans each");
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
        // One at a time, so that the heap that they take is bounded.
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
                .onFailure(Problems::clientLeft);
    }

    private ProblemException tooLarge() {
        return new ProblemException(
                413, "the body has more than " + maxBytes + " bytes, as it is or inflated; send fewer spans at once");
    }

    /** Null if it is none of OTLP's. */
    private static OtlpEncoding encoding(RoutingContext routing) {
        return OtlpEncoding.of(routing.request().getHeader("content-type")).orElse(null);
    }

    private static boolean isGzip(RoutingContext routing) {
        return "gzip".equalsIgnoreCase(contentEncoding(routing));
    }

    /** Null if there is none. */
    private static String contentEncoding(RoutingContext routing) {
        String encoding = routing.request().getHeader("content-encoding");
        return "identity".equalsIgnoreCase(encoding) ? null : encoding;
    }
}
