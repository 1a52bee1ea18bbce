package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.Ports;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests whose end or target a proxy may interpret differently (RFC 9112): answered, and nothing after them on the
 * same connection is read as a request.
 */
class RequestFramingTest {

    private static final String CHUNKED = "\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String SMUGGLED = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @RegisterExtension
    static final ApiFixture api = ApiFixture.with("maxBodyBytes: 1000, maxInputBytes: 1000");

    static Stream<Arguments> refused() {
        return Stream.of(
                post(400, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                post(400, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
                post(400, "Transfer-Encoding: gzip\r\n\r\n"),
                post(501, "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                post(400, "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
                post(501, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                post(400, "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                post(400, "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n"),
                post(501, "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
                post(400, "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
                post(400, "Transfer-Encoding:\r\n\r\n"),
                post(400, "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
                post(400, "Content-Length: 1\r\ncontent-length: 1\r\n\r\nx"),
                post(400, "Content-Length: 1, 2\r\n\r\nxx"),
                post(400, "Content-Length: +1\r\n\r\nx"),
                post(400, "Content-Length: -1\r\n\r\nx"),
                post(400, "Content-Length: 0x1\r\n\r\nx"),
                post(400, "Content-Length: 1 1\r\n\r\nx"),
                post(400, "Content-Length:\r\n\r\nx"),
                post(400, "Content-Length: 99999999999999999999\r\n\r\nx"),
                post(400, "Content-Length : 1\r\n\r\nx"),
                post(417, "Expect: 200-ok\r\nContent-Length: 1\r\n\r\nx"),
                post(413, "Content-Length: 1001\r\n\r\nx"),
                post(413, "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + "x".repeat(1001)),
                post(400, CHUNKED.substring(2) + "zz\r\nx\r\n0\r\n\r\n"),
                post(400, CHUNKED.substring(2) + "-1\r\nx\r\n0\r\n\r\n"),
                post(400, CHUNKED.substring(2) + "0x1\r\nx\r\n0\r\n\r\n"),
                post(400, CHUNKED.substring(2) + "100000001\r\nx\r\n0\r\n\r\n"),
                post(400, CHUNKED.substring(2) + "1\r\nxyz\r\n0\r\n\r\n"),
                post(400, CHUNKED.substring(2) + "1\nx\n0\n\n"),
                post(400, CHUNKED.substring(2) + "1;a\nb\r\nx\r\n0\r\n\r\n"),
                post(400, CHUNKED.substring(2) + "1;" + "a".repeat(10_000) + "\r\nx\r\n0\r\n\r\n"),
                post(400, CHUNKED.substring(2) + "1\r\nx\r\n0\r\nA: " + "a".repeat(20_000) + "\r\n\r\n"),
                Arguments.of(400, "POST /reports HTTP/1.0\r\nHost: localhost" + CHUNKED + "0\r\n\r\n"),
                Arguments.of(
                        400,
                        "POST /reports HTTP/1.0\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
                get(400, "Host: localhost\r\nHost: y\r\n\r\n"),
                get(400, "Host: localhost\r\nHost: localhost\r\n\r\n"),
                get(400, "Host: localhost@y\r\n\r\n"),
                get(400, "Host: y, localhost\r\n\r\n"),
                get(400, "Host: localhost/y\r\n\r\n"),
                get(400, "\r\n"),
                get(400, "Host : x\r\n\r\n"),
                get(400, " Host: localhost\r\n\r\n"),
                get(400, "Host: localhost\r\nfoo\r\n\r\n"),
                get(400, "Host: localhost\r\n: foo\r\n\r\n"),
                get(400, "Host: localhost\r\nA: b\u0000c\r\n\r\n"),
                get(400, "Host: localhost\rA: b\r\n\r\n"),
                get(400, "Host: localhost\nA: b\r\n\r\n"),
                get(431, "Host: localhost\r\nA: " + "a".repeat(20_000) + "\r\n\r\n"),
                get(431, "Host: localhost\r\n" + "A: a\r\n".repeat(5_000) + "\r\n"),
                Arguments.of(414, "GET /" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of(400, "GET /health/live HTTP/1.1\nHost: localhost\n\n"),
                Arguments.of(400, "GET /health/live\r\n\r\n"),
                Arguments.of(400, "GET /health/live x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of(400, "G@T /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of(505, "GET /health/live http/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of(505, "GET /health/live HTTP/1.2\r\nHost: localhost\r\n\r\n"),
                Arguments.of(505, "GET /health/live HTTP/2.0\r\nHost: localhost\r\n\r\n"),
                Arguments.of(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void ambiguousRequestClosesConnection(int status, String request) throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            connection.send(request + SMUGGLED);
            RawConnection.Answer answer = connection.answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(answer.headers())
                    .containsEntry("content-type", "application/problem+json")
                    .containsEntry("connection", "close");
            assertThat(new JsonObject(answer.body()).getString("detail")).isNotBlank();
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void ambiguousRequestClosesConnectionOfMetrics() throws IOException {
        int port = Ports.free();
        try (Service metrics = Service.start("""
                redis: { endpoints: ["%s"] }
                verticles:
                  - { name: "java:io.redistributed.api.MetricsVerticle", config: { port: %d } }
                """.formatted(api.redis().url(), port))) {
            for (Arguments arguments : refused().toList()) {
                int status = (int) arguments.get()[0];
                String request = (String) arguments.get()[1];
                if (request.startsWith("GET") || request.startsWith("PRI")) {
                    try (RawConnection connection = new RawConnection(port)) {
                        connection.send(request + SMUGGLED);
                        assertThat(connection.answer().status()).as(request).isEqualTo(status);
                        assertThat(connection.isClosedByServer()).isTrue();
                    }
                }
            }
        }
    }

    /** A fold becomes a space, as RFC 9112 has it; an upgrade to HTTP/2 is not taken. */
    @Test
    void acceptsValidFraming() throws IOException {
        List<String> requests = new ArrayList<>(List.of(
                "GET /health/live HTTP/1.1\r\nHost: localhost\r\nA: b\r\n c\r\n\r\n",
                "\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /health/live HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: Chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n\r\n",
                "GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx",
                "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                        + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"));
        try (RawConnection connection = new RawConnection(api.port())) {
            for (String request : requests) {
                connection.send(request);
                assertThat(connection.answer().status()).as(request).isEqualTo(200);
            }
        }
    }

    private static Arguments post(int status, String rest) {
        return Arguments.of(status, "POST /reports?type=simulated HTTP/1.1\r\nHost: localhost\r\n" + rest);
    }

    private static Arguments get(int status, String rest) {
        return Arguments.of(status, "GET /health/live HTTP/1.1\r\n" + rest);
    }
}
