package io.redistributed.load;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ClientTest {

    private static final String BUSY = "{\"title\":\"too many reads are waiting; retry later\"}";

    private final AtomicInteger requests = new AtomicInteger();

    @Test
    void asksAgainForTraceWhileTooManyWait(Vertx vertx) {
        assertThat(await(trace(vertx, TimeUnit.MINUTES.toNanos(1)))).isEqualTo(new JsonObject("{\"spans\":[]}"));
        assertThat(requests).hasValue(2);
    }

    @Test
    void givesUp(Vertx vertx) {
        assertThatThrownBy(() -> await(trace(vertx, 0)))
                .hasMessageContaining("GET /traces/b6?wait=10s returned status 503")
                .hasMessageContaining("too many reads");
    }

    /** The first request is refused. */
    private Future<JsonObject> trace(Vertx vertx, long patienceNanos) {
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    boolean first = requests.incrementAndGet() == 1;
                    request.response().setStatusCode(first ? 503 : 200).end(first ? BUSY : "{\"spans\":[]}");
                })
                .listen(0, "127.0.0.1"));
        HttpClientAgent http = vertx.createHttpClient();
        return http.connect(new HttpConnectOptions().setHost("127.0.0.1").setPort(server.actualPort()))
                .compose(connection -> new Client(connection, "").trace("b6", System.nanoTime() + patienceNanos));
    }
}
