package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that send slowly or nothing: their resources are bounded, and other clients are not affected. */
@Tag("slow")
class SlowClientsTest {

    private static final int MAX_CONNECTIONS = 64;
    private static final String POST = "POST /reports?type=simulated HTTP/1.1\r\nhost: localhost\r\n";

    @RegisterExtension
    static final ApiFixture api = ApiFixture.with("maxConnections: " + MAX_CONNECTIONS);

    private static ApiClient client;

    @BeforeAll
    static void connect() {
        client = api.client();
    }

    /** All at once, as the deadlines are of seconds. */
    @Test
    void closesSlowRequestsButNotLongPolls() throws Exception {
        ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor();
        try (RawConnection silent = new RawConnection(api.port());
                RawConnection head = new RawConnection(api.port());
                RawConnection nextHead = new RawConnection(api.port());
                RawConnection declared = new RawConnection(api.port());
                RawConnection chunked = new RawConnection(api.port());
                RawConnection answered = new RawConnection(api.port());
                RawConnection idle = new RawConnection(api.port())) {
            assertThat(live(nextHead).status()).isEqualTo(200);
            assertThat(live(idle).status()).isEqualTo(200);
            head.send("GET /health/live HTTP/1.1\r\nhost: localhost\r\na: ");
            nextHead.send("GET /health/live HTTP/1.1\r\nhost: localhost\r\na: ");
            declared.send(POST + "content-length: 100000\r\n\r\n");
            chunked.send(POST + "transfer-encoding: chunked\r\n\r\nffff\r\n");
            answered.send("GET /health/live HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\n");
            assertThat(answered.answer().status()).isEqualTo(200);
            for (RawConnection slow : List.of(head, nextHead, declared, chunked, answered)) {
                trickle.scheduleWithFixedDelay(() -> slow.trySend("x"), 0, 500, TimeUnit.MILLISECONDS);
            }
            String id = client.submit("/reports?type=simulated&duration=13s", "");
            CompletableFuture<JsonObject> longPoll = CompletableFuture.supplyAsync(() -> client.ended(id));

            assertThat(silent.isClosedByServer()).isTrue();
            for (RawConnection slow : List.of(head, nextHead, declared, chunked)) {
                RawConnection.Answer answer = slow.answer();
                assertThat(answer.status()).isEqualTo(408);
                assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
                assertThat(slow.isClosedByServer()).isTrue();
            }
            assertThat(answered.isClosedByServer()).isTrue();
            assertThat(longPoll.get().getString("state")).isEqualTo("done");
            assertThat(live(idle).status()).isEqualTo(200);
        } finally {
            trickle.shutdownNow();
        }
    }

    @Test
    void declaredBodyReservesNothing() throws IOException {
        List<RawConnection> connections = new ArrayList<>();
        for (int i = 0; i < MAX_CONNECTIONS / 2; i++) {
            RawConnection connection = new RawConnection(api.port());
            connections.add(connection);
            connection.send(POST + "content-length: " + (32 << 20) + "\r\n\r\nx");
        }
        assertThat(client.post("/reports?type=simulated", "x".repeat(1 << 20)).statusCode())
                .isEqualTo(202);
        for (RawConnection connection : connections) {
            connection.close();
        }
    }

    @Test
    void closesLongestIdleConnections() throws IOException {
        List<RawConnection> connections = new ArrayList<>();
        try {
            RawConnection busy = new RawConnection(api.port());
            connections.add(busy);
            String id = client.submit("/reports?type=simulated&duration=2s", "");
            busy.send("GET /reports/" + id + "?wait=20s HTTP/1.1\r\nhost: localhost\r\n\r\n");
            for (int i = 0; i < 2 * MAX_CONNECTIONS; i++) {
                RawConnection connection = new RawConnection(api.port());
                connections.add(connection);
                assertThat(live(connection).status()).isEqualTo(200);
            }
            assertThat(connections.get(1).isClosedByServer()).isTrue();
            assertThat(live(connections.get(connections.size() - 1)).status()).isEqualTo(200);
            assertThat(busy.answer().status()).isEqualTo(200);
        } finally {
            for (RawConnection connection : connections) {
                connection.close();
            }
        }
    }

    private static RawConnection.Answer live(RawConnection connection) throws IOException {
        return connection.request("GET /health/live HTTP/1.1\nhost: localhost", "");
    }
}
