package io.redistributed.cli;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.redistributed.system.ClientTls;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportClientTest {

    private static final Duration ANSWER = Duration.ofMillis(300);

    @Test
    void uploadMayTakeLongerThanAnswer() throws Exception {
        HttpServer server = serve(exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] accepted = "{\"id\":\"r1\",\"links\":{}}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(202, accepted.length);
            exchange.getResponseBody().write(accepted);
            exchange.close();
        });
        try {
            JsonObject accepted =
                    client(server).submit(Map.of(), BodyPublishers.ofInputStream(ReportClientTest::slow), null);

            assertThat(accepted.getString("id")).isEqualTo("r1");
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,b"})
    void givesUpWithoutAnswerToWholeRequest(String input) throws Exception {
        HttpServer server = serve(exchange -> exchange.getRequestBody().readAllBytes());
        BodyPublisher body = input.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(input);
        try {
            assertThatThrownBy(() -> client(server).submit(Map.of(), body, null))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("no response from http://")
                    .hasMessageEndingWith(": request timed out");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void givesUpOnServerThatStopsReading() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> client(silent.getLocalPort())
                            .submit(Map.of(), BodyPublishers.ofByteArray(new byte[50_000_000]), null))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith(": request timed out");
        }
    }

    private static HttpServer serve(HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", handler);
        server.start();
        return server;
    }

    private static ReportClient client(HttpServer server) {
        return client(server.getAddress().getPort());
    }

    private static ReportClient client(int port) {
        URI url = URI.create("http://127.0.0.1:" + port);
        return new ReportClient(url, "", ClientTls.NONE, "redistributed", ANSWER);
    }

    /** Two bytes, each of which takes longer than an answer may. */
    private static InputStream slow() {
        return new InputStream() {
            private int left = 2;

            @Override
            public int read() {
                try {
                    MILLISECONDS.sleep(ANSWER.toMillis() * 2);
                } catch (InterruptedException e) {
                    throw new UncheckedIOException(new IOException(e));
                }
                return left-- > 0 ? 'a' : -1;
            }
        };
    }
}
