package io.redistributed.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A collector that counts spans by name and keeps nothing: OTLP over gRPC, on a free port of loopback. It reads only
 * the names of spans, so that its cost is small.
 */
final class SpanSink implements AutoCloseable {

    private static final int WINDOW = 16 << 20;
    private static final int GRPC_PREFIX = 5;
    private static final int RESOURCE_SPANS = 1;
    private static final int SCOPE_SPANS = 2;
    private static final int SPANS = 2;
    private static final int NAME = 5;

    private final Map<ByteString, LongAdder> counts = new ConcurrentHashMap<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    SpanSink() {
        HttpServerOptions options = new HttpServerOptions();
        // With the 64 kB that HTTP/2 begins with, senders would wait for this side more than they send. Collectors
        // in Go raise them by themselves.
        options.setHttp2ConnectionWindowSize(WINDOW).getInitialSettings().setInitialWindowSize(WINDOW);
        server = vertx.createHttpServer(options)
                .requestHandler(this::take)
                .listen(0, "127.0.0.1")
                .await();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** How many spans of each name have arrived. */
    Map<String, Long> counts() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((name, count) -> all.put(name.toStringUtf8(), count.sum()));
        return all;
    }

    long total() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    private void take(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            String status = "0";
            try {
                count(body);
            } catch (IOException e) {
                Bench.say("a span message cannot be read: %s", e);
                status = "3";
            }
            request.response().putHeader("content-type", "application/grpc").putTrailer("grpc-status", status);
            request.response().end(Buffer.buffer(new byte[GRPC_PREFIX]));
        });
    }

    /** An ExportTraceServiceRequest, behind one byte for no compression and four for its length. */
    private void count(Buffer message) throws IOException {
        if (message.getByte(0) != 0) {
            throw new IOException("it is compressed");
        }
        byte[] bytes = message.getBytes();
        CodedInputStream in = CodedInputStream.newInstance(bytes, GRPC_PREFIX, bytes.length - GRPC_PREFIX);
        each(in, RESOURCE_SPANS, () -> each(in, SCOPE_SPANS, () -> each(in, SPANS, () -> countSpan(in))));
    }

    private interface Reading {
        void read() throws IOException;
    }

    /** Reads each message of that field, and skips the others. */
    private static void each(CodedInputStream in, int field, Reading reading) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == field) {
                int limit = in.pushLimit(in.readRawVarint32());
                reading.read();
                in.popLimit(limit);
            } else {
                in.skipField(tag);
            }
        }
    }

    private void countSpan(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == NAME) {
                counts.computeIfAbsent(in.readBytes(), name -> new LongAdder()).increment();
                in.skipRawBytes(in.getBytesUntilLimit());
                return;
            }
            in.skipField(tag);
        }
    }
}
