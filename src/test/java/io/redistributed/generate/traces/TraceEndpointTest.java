package io.redistributed.generate.traces;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.generate.GenerationException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class TraceEndpointTest {

    /** A client with one connection, which the request that hangs must not keep. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void recoversWhenTheEndpointHung(boolean isWithinAnswer, Vertx vertx) {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    if (requests.getAndIncrement() > 0) {
                        request.response().end("{}");
                    } else if (isWithinAnswer) {
                        request.response().setChunked(true).write("{");
                    }
                })
                .listen(0, "127.0.0.1"));
        HttpClient http = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));
        String url = "http://127.0.0.1:" + server.actualPort();
        TraceEndpoint hanging = new TraceEndpoint(http, "jaeger", url, url, Duration.ofMillis(100));
        TraceEndpoint patient = new TraceEndpoint(http, "jaeger", url, url, Duration.ofSeconds(20));

        assertThatThrownBy(() -> await(fetch(hanging)))
                .isInstanceOf(GenerationException.class)
                .hasMessageStartingWith("endpoint 'jaeger' does not answer: ");

        assertThat(await(fetch(patient))).hasToString("{}");
    }

    private static Future<Buffer> fetch(TraceEndpoint endpoint) {
        return endpoint.fetch("service", Instant.EPOCH, Instant.now(), 1);
    }
}
