package io.redistributed.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans as OTLP over HTTP, in protobuf, on {@code POST /v1/traces} of a free port of loopback. */
public final class OtlpHttpCollector implements AutoCloseable {

    private final List<ReceivedSpan> spans = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile int status = 200;

    public OtlpHttpCollector(Vertx vertx) {
        server = vertx.createHttpServer()
                .requestHandler(this::take)
                .listen(0, "127.0.0.1")
                .await();
    }

    /** Without a path. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Answers with this HTTP status from now on; takes the spans only if it is 200. */
    public void answerWith(int newStatus) {
        status = newStatus;
    }

    /** What was accepted so far. */
    public List<ReceivedSpan> spans() {
        return spans;
    }

    /** The {@code authorization} headers that came. */
    public List<String> authorizations() {
        return authorizations;
    }

    @Override
    public void close() {
        server.close().await();
    }

    private void take(HttpServerRequest request) {
        if (!request.path().equals("/v1/traces")
                || !"application/x-protobuf".equals(request.getHeader("content-type"))) {
            request.response().setStatusCode(404).end();
            return;
        }
        request.body().onSuccess(body -> {
            if (status == 200) {
                spans.addAll(decode(body));
                authorizations.add(request.getHeader("authorization"));
            }
            request.response()
                    .setStatusCode(status)
                    .end(Buffer.buffer(
                            ExportTraceServiceResponse.getDefaultInstance().toByteArray()));
        });
    }

    private static List<ReceivedSpan> decode(Buffer body) {
        try {
            return OtlpSpans.of(ExportTraceServiceRequest.parseFrom(body.getBytes()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
