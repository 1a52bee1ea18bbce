package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that end their side of the connection after their last request, as {@code nc -N} does. */
class HalfClosedTest {

    @RegisterExtension
    static final ApiFixture api = ApiFixture.start();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health/live HTTP/1.1",
                "GET /health/ready HTTP/1.1",
                "GET /reports HTTP/1.1",
                "GET /workers HTTP/1.0",
                "POST /reports?type=simulated HTTP/1.1\ncontent-length: 0"
            })
    void areAnswered(String head) throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            connection.send(request(head));
            connection.endInput();
            assertThat(connection.answer().status()).isBetween(200, 202);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void areAnsweredOnAConnectionInUseToo() throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            connection.send(request("GET /health/live HTTP/1.1"));
            assertThat(connection.answer().status()).isEqualTo(200);
            connection.send(request("GET /reports HTTP/1.1"));
            connection.endInput();
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void areAnsweredToEachPipelinedRequest() throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            connection.send(request("GET /reports HTTP/1.1").repeat(50));
            connection.endInput();
            for (int i = 0; i < 50; i++) {
                assertThat(connection.answer().status()).isEqualTo(200);
            }
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    /** They may as well have left, which looks the same. */
    @Test
    void doNotWaitForAReportOrTrace() throws IOException {
        String id = api.client().submit("/reports?type=simulated&duration=60m", "");
        try (RawConnection connection = new RawConnection(api.port())) {
            connection.send(request("GET /reports/" + id + "?wait=60s HTTP/1.1"));
            connection.endInput();
            assertThat(new JsonObject(connection.answer().body()).getString("state"))
                    .isIn("queued", "running");
        }
        try (RawConnection connection = new RawConnection(api.port())) {
            connection.send(request("GET /traces/11111111111111111111111111111111?wait=60s HTTP/1.1"));
            connection.endInput();
            assertThat(connection.answer().status()).isEqualTo(404);
        }
        try (RawConnection connection = new RawConnection(api.port())) {
            connection.send(request("GET /reports/" + id + "/events HTTP/1.1"));
            assertThat(connection.head().status()).isEqualTo(200);
            connection.endInput();
            assertThat(connection.rest()).endsWith("0\r\n\r\n");
        }
        api.client().send("DELETE", "/reports/" + id, BodyPublishers.noBody());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /health/live HTTP/1.1\r\nhost: loc",
                "POST /reports?type=simulated HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\nx",
                "POST /reports?type=simulated HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n"
            })
    void getNothingForAnIncompleteRequest(String part) throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            connection.send(part);
            connection.endInput();
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    private static String request(String head) {
        return head.replace("\n", "\r\n") + "\r\nhost: localhost\r\n\r\n";
    }
}
