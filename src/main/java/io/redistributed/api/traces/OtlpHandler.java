package io.redistributed.api.traces;

import io.redistributed.api.http.ContentCoding;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.Problems;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.api.http.Routes;
import io.redistributed.export.SpanPipeline;
import io.redistributed.export.otlp.OtlpEncoding;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/**
 * Serves {@code POST /v1/traces}: stores spans of other processes in this one, by <a
 * href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>. As that specifies, errors are a {@code
 * google.rpc.Status} in the encoding of the request. Used on one event loop.
 */
final class OtlpHandler {

    static final String PATH = "/v1/traces";

    private final SpanPipeline spans;
    private final BoundedReceiver receiver;
    private final Problems problems;
    private final int maxBytes;
    private final Handler<RoutingContext> body;

    /** @param maxBodyBytes limit of any request body */
    OtlpHandler(Vertx vertx, SpanPipeline spans, Problems problems, RequestBodies bodies, int maxBodyBytes) {
        this.spans = spans;
        this.receiver = new BoundedReceiver(vertx, spans.store());
        this.problems = problems;
        this.maxBytes = Math.min(BoundedReceiver.MAX_BYTES, maxBodyBytes);
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
        OtlpEncoding encoding = encoding(routing);
        receiver.receive(
                        routing,
                        encoding,
                        isGzip(routing) ? ContentCoding.GZIP : ContentCoding.IDENTITY,
                        RequestBodies.whole(routing),
                        maxBytes)
                .compose(answer -> routing.response()
                        .putHeader("content-type", encoding.contentType())
                        .end(Buffer.buffer(answer)))
                .onFailure(routing::fail);
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
                "the body has more than " + maxBytes + " bytes, received or inflated, or more than "
                        + BoundedReceiver.MAX_ELEMENTS + " elements; send fewer spans per request");
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
