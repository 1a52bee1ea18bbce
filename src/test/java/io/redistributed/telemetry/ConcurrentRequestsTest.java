package io.redistributed.telemetry;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.testing.Hops;
import io.redistributed.testing.Traces;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Concurrent requests, each with its own trace. */
class ConcurrentRequestsTest {

    private static final int REQUESTS = 1_000;
    private static final int CONNECTIONS = 200;

    private final Traces traces = new Traces();
    private final Vertx vertx = Vertx.builder()
            .withTracer(new ServiceTracerFactory(new Telemetry(service -> traces.openTelemetry()), request -> true))
            .build();

    @AfterEach
    void stop() {
        await(vertx.close());
        traces.close();
    }

    @Test
    void requestsKeepTheirTraceAtEveryStep() {
        Hops hops = new Hops(vertx, CONNECTIONS);
        Home home = new Home(hops);
        await(vertx.deployVerticle(home));
        HttpClient client = vertx.httpClientBuilder()
                .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS))
                .build();

        List<String> sent = new ArrayList<>();
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 1; i <= REQUESTS; i++) {
            String trace = String.format("%032x", i);
            sent.add(trace);
            answers.add(client.request(HttpMethod.GET, home.http.actualPort(), "127.0.0.1", "/")
                    .compose(request -> request.putHeader("traceparent", "00-" + trace + "-00000000000000aa-01")
                            .send())
                    .compose(HttpClientResponse::body)
                    .map(Object::toString));
        }

        await(Future.join(answers).otherwiseEmpty());
        assertThat(hops.wrong()).isEmpty();
        assertThat(answers).extracting(Future::result).isEqualTo(sent);
        eventually(() -> traces.spans("GET /work").size() == REQUESTS);
        assertThat(traces.spans("GET /work"))
                .extracting(SpanData::getTraceId)
                .containsExactlyInAnyOrderElementsOf(sent);
        hops.assertNothingIsLeft(home.own);
    }

    /** Answers each request with the trace that it was in, all the way. */
    private static final class Home extends VerticleBase {

        private final Hops hops;
        private ContextInternal own;
        private HttpServer http;

        private Home(Hops hops) {
            this.hops = hops;
        }

        @Override
        public Future<?> start() {
            own = (ContextInternal) context;
            http = vertx.createHttpServer().requestHandler(request -> {
                ServedRequest.routed("/work");
                String trace = request.getHeader("traceparent").split("-")[1];
                hops.go(trace).onSuccess(v -> request.response().end(trace)).onFailure(cause -> request.response()
                        .setStatusCode(500)
                        .end());
            });
            return http.listen(0, "127.0.0.1");
        }
    }
}
