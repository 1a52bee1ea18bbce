package io.redistributed.export.collector;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only servers do that keep to no rules, or to rare ones. */
@ExtendWith(VertxExtension.class)
class CollectorClientTest {

    private static final String METHOD = "package.Service/Method";
    private static final int FRAME_HEADER_BYTES = 9;
    private static final int TYPE_AT = 3;
    private static final int SETTINGS = 4;
    private static final int HEADERS = 1;
    private static final int GOAWAY = 7;
    private static final int PREFACE_BYTES = 24;

    /** END_HEADERS and END_STREAM. */
    private static final int END_OF_ALL = 5;

    /** {@code :status: 200} and {@code grpc-status: 0} in HPACK. */
    private static final Buffer OK = Buffer.buffer()
            .appendByte((byte) 0x88)
            .appendBytes(new byte[] {0, 11})
            .appendString("grpc-status")
            .appendByte((byte) 1)
            .appendString("0");

    /** The connection gets ready only when the next call has begun on another. */
    @Test
    void sendsNothingAfterTheTimeout(Vertx vertx) {
        List<Buffer> received = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        List<NetSocket> sockets = new CopyOnWriteArrayList<>();
        NetServer server = await(vertx.createNetServer()
                .connectHandler(socket -> {
                    sockets.add(socket);
                    if (sockets.size() == 1) {
                        socket.handler(received::add);
                        socket.closeHandler(closed::complete);
                    } else {
                        sockets.get(0).write(frame(SETTINGS, 0, 0, Buffer.buffer()));
                    }
                })
                .listen(0, "127.0.0.1"));
        CollectorClient client = grpc(vertx, JsonObject.of("timeout", "300ms"), server.actualPort());

        assertThatThrownBy(() -> await(send(vertx, client))).hasRootCauseInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> await(send(vertx, client))).hasRootCauseInstanceOf(TimeoutException.class);

        eventually(closed::isDone);
        assertThat(frameTypes(received)).contains(SETTINGS).doesNotContain(HEADERS);
        await(client.close());
    }

    @Test
    void closesConnectionThatTheCollectorLeaves(Vertx vertx) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        List<Buffer> received = new CopyOnWriteArrayList<>();
        NetServer server = await(vertx.createNetServer()
                .connectHandler(socket -> {
                    socket.closeHandler(closed::complete);
                    socket.write(frame(SETTINGS, 0, 0, Buffer.buffer()));
                    socket.handler(bytes -> {
                        received.add(bytes);
                        if (frameTypes(received).contains(HEADERS)) {
                            socket.write(frame(HEADERS, END_OF_ALL, 1, OK));
                            socket.write(frame(GOAWAY, 0, 0, Buffer.buffer(new byte[] {0, 0, 0, 1, 0, 0, 0, 0})));
                        }
                    });
                })
                .listen(0, "127.0.0.1"));
        CollectorClient client = grpc(vertx, new JsonObject(), server.actualPort());

        await(send(vertx, client));

        eventually(closed::isDone);
        await(client.close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "Host"})
    void hostInTheSettingsIsTheAuthority(String name, Vertx vertx) {
        Promise<String> seen = Promise.promise();
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    seen.complete(request.authority() + " " + request.getHeader("host"));
                    answer(request);
                })
                .listen(0, "127.0.0.1"));
        JsonObject settings = JsonObject.of("headers", JsonObject.of(name, "collector.example"));
        CollectorClient client = grpc(vertx, settings, server.actualPort());

        await(send(vertx, client));

        assertThat(await(seen.future())).isEqualTo("collector.example null");
        await(client.close());
    }

    /** As servers in Go do to a request that is. */
    @Test
    void readsCompressedResponses(Vertx vertx) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write("message".getBytes(UTF_8));
        }
        Buffer body = Buffer.buffer()
                .appendByte((byte) 1)
                .appendInt(compressed.size())
                .appendBytes(compressed.toByteArray());
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(request ->
                        request.response().putTrailer("grpc-status", "0").end(body))
                .listen(0, "127.0.0.1"));
        CollectorClient client = grpc(vertx, JsonObject.of("compression", "gzip"), server.actualPort());

        assertThat(await(send(vertx, client))).isEqualTo(Buffer.buffer("message"));
        await(client.close());
    }

    private static void answer(HttpServerRequest request) {
        request.response().putTrailer("grpc-status", "0").end();
    }

    private static CollectorClient grpc(Vertx vertx, JsonObject settings, int port) {
        settings.put("type", "otlp").put("endpoint", "http://127.0.0.1:" + port);
        return CollectorClient.grpc(vertx, ExporterSettings.from(settings, "exporter", Duration.ofSeconds(10)), METHOD);
    }

    private static Future<Buffer> send(Vertx vertx, CollectorClient client) {
        Promise<Buffer> sent = Promise.promise();
        ProtoWriter message = new ProtoWriter(16);
        message.string(1, "text");
        vertx.runOnContext(now -> client.send(List.of(message)).onComplete(sent));
        return sent.future();
    }

    private static Buffer frame(int type, int flags, int stream, Buffer payload) {
        return Buffer.buffer()
                .appendMedium(payload.length())
                .appendByte((byte) type)
                .appendByte((byte) flags)
                .appendInt(stream)
                .appendBuffer(payload);
    }

    /** Of what a client has sent after its preface. */
    private static List<Integer> frameTypes(List<Buffer> received) {
        Buffer all = Buffer.buffer();
        received.forEach(all::appendBuffer);
        List<Integer> types = new ArrayList<>();
        for (int at = PREFACE_BYTES; at < all.length(); ) {
            types.add((int) all.getByte(at + TYPE_AT));
            at += FRAME_HEADER_BYTES + all.getMedium(at);
        }
        return types;
    }
}
