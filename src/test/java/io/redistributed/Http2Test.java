package io.redistributed;

import static io.redistributed.RawHttp2.ACK;
import static io.redistributed.RawHttp2.DATA;
import static io.redistributed.RawHttp2.END_STREAM;
import static io.redistributed.RawHttp2.GOAWAY;
import static io.redistributed.RawHttp2.HEADERS;
import static io.redistributed.RawHttp2.PING;
import static io.redistributed.RawHttp2.RST_STREAM;
import static io.redistributed.RawHttp2.SETTINGS;
import static io.redistributed.RawHttp2.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A port with HTTP/2 and one without, on one event loop each. */
class Http2Test {

    private static final int MAX_BODY_BYTES = 100_000;
    private static final int MAX_STREAMS = 64;
    private static final int NO_ERROR = 0;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int MAX_CONCURRENT_STREAMS = 3;

    private static int port;
    private static RedisServer redis;
    private static Service service;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        port = Ports.free();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                verticles:
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                  - name: "java:io.redistributed.api.HttpVerticle"
                    config: { port: %d, http2: true, maxBodyBytes: %d, maxInputBytes: %<d }
                """.formatted(redis.url(), port, MAX_BODY_BYTES));
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @Test
    void requestWithBodyIsAnswered() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            connection.request(1, "POST", "/reports?type=summary", true);
            connection.send(DATA, END_STREAM, 1, "a\n1\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(connection.next(HEADERS).status()).isEqualTo(202);
            String body = new String(connection.next(DATA).payload(), StandardCharsets.UTF_8);
            assertThat(new JsonObject(body).getString("state")).isEqualTo("queued");
        }
    }

    /** A client whose windows stay shut, on more streams than one reader needs. */
    @Tag("slow")
    @Test
    void resetsManyUnreadStreams() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            connection.send(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
            for (int stream = 1; stream <= 19; stream += 2) {
                connection.request(stream, "GET", "/openapi.yaml", false);
            }
            await().atMost(Duration.ofSeconds(90))
                    .ignoreException(SocketTimeoutException.class)
                    .until(() -> connection.next(RST_STREAM).stream() == 19);
        }
    }

    @Test
    void rejectsHttp1() throws IOException {
        try (RawConnection connection = new RawConnection(port)) {
            RawConnection.Answer answer = connection.request("GET /health/live HTTP/1.1\nhost: localhost", "");
            assertThat(answer.status()).isEqualTo(505);
            assertThat(new JsonObject(answer.body()).getString("detail"))
                    .isEqualTo("this port serves HTTP/2 without TLS, not HTTP/1");
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void limitsBodyWithoutAffectingOtherStreams() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            connection.request(1, "POST", "/reports?type=summary", true);
            // Sends as much as the windows allow, then as much as the server has consumed.
            for (int i = 0; i < 3; i++) {
                connection.send(DATA, 0, 1, new byte[16_384]);
            }
            for (int i = 0; i < 3; i++) {
                connection.next(WINDOW_UPDATE);
                connection.send(DATA, 0, 1, new byte[16_384]);
            }
            connection.send(DATA, 0, 1, new byte[MAX_BODY_BYTES - 6 * 16_384 + 1]);
            assertThat(connection.next(HEADERS).status()).isEqualTo(413);
            connection.request(3, "GET", "/health/live", false);
            assertThat(connection.next(HEADERS).status()).isEqualTo(200);
        }
    }

    @Test
    void limitsStreamsOfConnection() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            RawHttp2.Frame settings = connection.next(SETTINGS);
            int announced = 0;
            for (int i = 0; i < settings.payload().length; i += 6) {
                if (settings.payload()[i + 1] == MAX_CONCURRENT_STREAMS) {
                    announced = settings.integer(i + 2);
                }
            }
            assertThat(announced).isEqualTo(MAX_STREAMS);
            for (int i = 0; i <= MAX_STREAMS; i++) {
                connection.request(2 * i + 1, "POST", "/reports?type=summary", true);
            }
            RawHttp2.Frame reset = connection.next(RST_STREAM);
            assertThat(reset.stream()).isEqualTo(2 * MAX_STREAMS + 1);
            assertThat(reset.integer(0)).isEqualTo(REFUSED_STREAM);
        }
    }

    @Test
    void endsUnfinishedRequestsAfterResponse() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            for (int i = 0; i < MAX_STREAMS; i++) {
                connection.request(2 * i + 1, "POST", "/nowhere", true);
            }
            Set<Integer> answered = new HashSet<>();
            Set<Integer> reset = new HashSet<>();
            while (reset.size() < MAX_STREAMS) {
                RawHttp2.Frame frame = connection.next();
                if (frame.type() == DATA && (frame.flags() & END_STREAM) != 0) {
                    answered.add(frame.stream());
                } else if (frame.type() == RST_STREAM) {
                    assertThat(frame.integer(0)).isEqualTo(NO_ERROR);
                    assertThat(answered).contains(frame.stream());
                    reset.add(frame.stream());
                }
            }
            connection.request(2 * MAX_STREAMS + 1, "GET", "/health/live", false);
            assertThat(connection.next(HEADERS).status()).isEqualTo(200);
        }
    }

    @Test
    void unfinishedRequestGetsWholeResponse() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            connection.request(1, "GET", "/openapi.yaml", false);
            int length = response(connection, 1);
            // A closed window, which holds the response back.
            connection.send(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
            connection.request(3, "GET", "/openapi.yaml", true);
            assertThat(connection.next(HEADERS).status()).isEqualTo(200);
            connection.send(PING, 0, 0, new byte[8]);
            assertThat(connection.next().type()).isEqualTo(PING);
            connection.send(WINDOW_UPDATE, 0, 3, new byte[] {0, 1, 0, 0});
            assertThat(response(connection, 3)).isEqualTo(length);
            assertThat(connection.next(RST_STREAM).integer(0)).isEqualTo(NO_ERROR);
        }
    }

    /** Reads a body and makes room for it; its length. */
    private static int response(RawHttp2 connection, int stream) throws IOException {
        int length = 0;
        while (true) {
            RawHttp2.Frame frame = connection.next(DATA);
            length += frame.payload().length;
            if ((frame.flags() & END_STREAM) != 0) {
                return length;
            }
            connection.send(WINDOW_UPDATE, 0, 0, new byte[] {0, 1, 0, 0});
            connection.send(WINDOW_UPDATE, 0, stream, new byte[] {0, 1, 0, 0});
        }
    }

    @Test
    void resetFloodEndsConnection() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            for (int i = 0; i < 250; i++) {
                connection.request(2 * i + 1, "GET", "/reports/x?wait=60s", false);
                connection.send(RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
            }
            assertThat(connection.next(GOAWAY).integer(4)).isEqualTo(ENHANCE_YOUR_CALM);
        }
        assertThatOthersAreAnswered();
    }

    @Test
    void settingsFloodDelaysNoOtherClient() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            connection.flood(100_000, SETTINGS, 0, 0);
            assertThatOthersAreAnswered();
        }
    }

    @Test
    void pingFloodDelaysNoOtherClient() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            connection.flood(100_000, PING, 0, 0, new byte[8]);
            assertThatOthersAreAnswered();
        }
    }

    @Test
    void excessControlFramesEndConnection() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            // Nothing follows the last accepted frame, because unread bytes would reset the connection.
            for (int i = 0; i < 501; i++) {
                connection.send(PING, 0, 0, new byte[8]);
            }
            assertThat(connection.next(GOAWAY).integer(4)).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void unexpectedAcknowledgementsDelayNoOtherClient() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            connection.flood(100_000, SETTINGS, ACK, 0);
            assertThatOthersAreAnswered();
        }
    }

    @Test
    void emptyDataFramesEndConnection() throws IOException {
        try (RawHttp2 connection = new RawHttp2(port)) {
            connection.request(1, "POST", "/reports?type=summary", true);
            connection.flood(100, DATA, 0, 1);
            assertThat(connection.next(GOAWAY).integer(4)).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    private static void assertThatOthersAreAnswered() throws IOException {
        try (RawHttp2 other = new RawHttp2(port)) {
            other.request(1, "GET", "/health/live", false);
            assertThat(other.next(HEADERS).status()).isEqualTo(200);
        }
    }
}
