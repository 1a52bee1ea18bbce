package io.redistributed.api.http;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class StalledWritesTest {

    /** More than the sockets of both sides hold. */
    private static final int BYTES = 64 << 20;

    private final AtomicInteger failed = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start(Vertx vertx) {
        server = await(vertx.createHttpServer()
                .connectionHandler(connection -> StalledWrites.watch(connection, 1_000))
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1"));
    }

    private void answer(HttpServerRequest request) {
        Buffer body = request.path().equals("/long") ? Buffer.buffer(new byte[BYTES]) : Buffer.buffer("short");
        request.response().end(body).onFailure(gone -> failed.incrementAndGet());
    }

    @Test
    @Tag("slow")
    void resetsOnlyClientThatReadsNothing() throws IOException {
        try (Socket quiet = connect();
                Socket stalled = connect()) {
            ask(quiet, "/");
            assertThat(new String(quiet.getInputStream().readNBytes(15), StandardCharsets.UTF_8))
                    .isEqualTo("HTTP/1.1 200 OK");
            ask(stalled, "/long");
            eventually(() -> failed.get() == 1);

            ask(quiet, "/");
            String rest = new String(quiet.getInputStream().readNBytes(60), StandardCharsets.UTF_8);
            assertThat(rest).contains("short").contains("HTTP/1.1 200 OK");
        }
    }

    @Test
    void readingClientGetsEverything() throws IOException {
        try (Socket client = connect()) {
            ask(client, "/long");
            InputStream in = client.getInputStream();
            assertThat(in.readNBytes(BYTES)).hasSize(BYTES);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.actualPort()));
        return socket;
    }

    private static void ask(Socket socket, String path) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
