package io.redistributed.api.traces;

import io.redistributed.api.http.ContentCoding;
import io.redistributed.api.http.Gate;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.Problems;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.api.http.RequestEnd;
import io.redistributed.auth.Right;
import io.redistributed.export.otlp.OtlpEncoding;
import io.redistributed.export.store.TraceStore;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Serves OTLP/gRPC: stores spans of other processes. One unary method, so its frames are read and written here: one byte
 * (1 if compressed), four bytes length, the message (<a
 * href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>). Used on one event loop.
 */
public final class OtlpGrpcHandler {

    private static final String PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private static final String CONTENT_TYPE = "application/grpc";
    private static final String STATUS = "grpc-status";
    private static final String MESSAGE = "grpc-message";

    private static final int PREFIX_BYTES = 5;

    private static final int INVALID_ARGUMENT = 3;
    private static final int UNIMPLEMENTED = 12;

    /** A failed call with its gRPC status. */
    private static final class StatusException extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final int status;

        StatusException(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }
    }

    private final BoundedReceiver receiver;
    private final RequestBodies bodies;
    private final Gate gate;

    public OtlpGrpcHandler(Vertx vertx, TraceStore store, RequestBodies bodies, Gate gate) {
        this.gate = gate;
        this.receiver = new BoundedReceiver(vertx, store);
        this.bodies = bodies;
    }

    public void mount(Router router) {
        router.route().handler(routing -> {
            RequestEnd.watch(routing);
            routing.next();
        });
        router.post(PATH)
                .handler(routing -> {
                    gate.admit(routing, Set.of(Right.INGEST));
                    routing.next();
                })
                .handler(bodies.upTo(BoundedReceiver.MAX_BYTES + PREFIX_BYTES))
                .handler(this::export);
        router.route().handler(routing -> {
            throw new StatusException(UNIMPLEMENTED, "unknown method; only " + PATH + " is served");
        });
        router.route().failureHandler(OtlpGrpcHandler::fail);
    }

    private void export(RoutingContext routing) {
        Buffer body = RequestBodies.whole(routing);
        if (body.length() < PREFIX_BYTES || body.getInt(1) != body.length() - PREFIX_BYTES) {
            throw new StatusException(INVALID_ARGUMENT, "the body must be one gRPC message");
        }
        receiver.receive(
                        routing,
                        OtlpEncoding.PROTOBUF,
                        coding(body.getByte(0), routing.request().getHeader("grpc-encoding")),
                        body.slice(PREFIX_BYTES, body.length()),
                        BoundedReceiver.MAX_BYTES)
                .compose(message -> {
                    HttpServerResponse response = response(routing);
                    response.putTrailer(STATUS, "0");
                    return response.end(Buffer.buffer(PREFIX_BYTES + message.length)
                            .appendByte((byte) 0)
                            .appendInt(message.length)
                            .appendBytes(message));
                })
                .onFailure(routing::fail);
    }

    private static ContentCoding coding(byte compressed, String encoding) {
        if (compressed == 0) {
            return ContentCoding.IDENTITY;
        }
        if (!"gzip".equals(encoding)) {
            throw new StatusException(UNIMPLEMENTED, "grpc-encoding: must be gzip or identity");
        }
        return ContentCoding.GZIP;
    }

    private static HttpServerResponse response(RoutingContext routing) {
        return routing.response()
                .setChunked(true)
                .putHeader("content-type", CONTENT_TYPE)
                .putHeader("grpc-accept-encoding", "gzip, identity");
    }

    private static void fail(RoutingContext routing) {
        Throwable failure = routing.failure();
        int status;
        String message = failure == null ? "" : String.valueOf(failure.getMessage());
        if (failure instanceof StatusException known) {
            status = known.status;
        } else if (failure instanceof ProblemException problem) {
            status = GrpcCode.of(problem.status());
        } else {
            status = GrpcCode.of(routing.statusCode());
        }
        if (!routing.response().ended()) {
            response(routing)
                    .putHeader(STATUS, String.valueOf(status))
                    .putHeader(
                            MESSAGE,
                            URLEncoder.encode(message, StandardCharsets.UTF_8).replace("+", "%20"))
                    .end()
                    .onFailure(Problems::clientDisconnected);
        }
    }
}
