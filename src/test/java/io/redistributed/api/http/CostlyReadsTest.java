package io.redistributed.api.http;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class CostlyReadsTest {

    private static final int RUNNING = 4;
    private static final int WAITING = 256;

    private final Queue<Promise<Buffer>> begun = new ConcurrentLinkedQueue<>();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private HttpClient client;
    private HttpServer server;

    @BeforeEach
    void start(Vertx vertx) {
        client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(false), new PoolOptions().setHttp1MaxSize(2 * WAITING));
        Router router = Router.router(vertx);
        router.route().handler(routing -> {
            RequestEnd.watch(routing);
            routing.next();
        });
        router.route().handler(routing -> {
            received.incrementAndGet();
            RequestEnd.of(routing).onFailure(gone -> left.incrementAndGet());
            CostlyReads.of(vertx, "test").answer(routing, () -> {
                if (routing.request().path().equals("/large")) {
                    CostlyReads.reserve(routing, Long.MAX_VALUE);
                }
                Promise<Buffer> body = ((ContextInternal) vertx.getOrCreateContext()).promise();
                begun.add(body);
                return body.future();
            });
        });
        new Problems().mount(router);
        server = await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    }

    @Test
    void limitsConcurrentReads() {
        List<Future<HttpClientResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 3 * RUNNING; i++) {
            answers.add(request().compose(HttpClientRequest::send));
        }
        for (int i = 1; i <= 3 * RUNNING; i++) {
            int expected = Math.min(3 * RUNNING, RUNNING + i - 1) - (i - 1);
            eventually(() -> received.get() == 3 * RUNNING && begun.size() == expected);
            begun.remove().complete(Buffer.buffer("{}"));
        }
        answers.forEach(answer -> assertThat(await(answer).statusCode()).isEqualTo(200));
    }

    @Test
    void failedReadFreesItsPlace() {
        List<Future<HttpClientResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 2 * RUNNING; i++) {
            answers.add(request().compose(HttpClientRequest::send));
        }
        for (int i = 0; i < 2 * RUNNING; i++) {
            eventually(() -> !begun.isEmpty());
            begun.remove().fail(new ProblemException(404, "nothing"));
        }
        answers.forEach(answer -> assertThat(await(answer).statusCode()).isEqualTo(404));
    }

    @Test
    void skipsReadOfDisconnectedClient() {
        for (int i = 0; i < RUNNING; i++) {
            request().onSuccess(HttpClientRequest::send);
        }
        eventually(() -> begun.size() == RUNNING);
        HttpClientRequest leaving = await(request());
        leaving.send();
        eventually(() -> received.get() == RUNNING + 1);
        leaving.connection().close();
        eventually(() -> left.get() == 1);
        Future<HttpClientResponse> staying = request().compose(HttpClientRequest::send);
        eventually(() -> received.get() == RUNNING + 2);

        begun.remove().complete(Buffer.buffer("{}"));
        eventually(() -> begun.size() == RUNNING);
        begun.forEach(body -> body.complete(Buffer.buffer("{}")));

        assertThat(await(staying).statusCode()).isEqualTo(200);
        assertThat(begun).hasSize(RUNNING);
    }

    @Test
    void rejectsExcessReads() {
        for (int i = 0; i < RUNNING + WAITING; i++) {
            request().onSuccess(HttpClientRequest::send);
        }
        eventually(() -> received.get() == RUNNING + WAITING);
        HttpClientResponse refused = await(request().compose(HttpClientRequest::send));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.getHeader("retry-after")).isEqualTo("1");
    }

    @Test
    void reservesMemoryOfLargeReadBeforeItsBody() {
        Future<HttpClientResponse> first = request("/large").compose(HttpClientRequest::send);
        eventually(() -> begun.size() == 1);
        assertThat(await(request("/large").compose(HttpClientRequest::send)).statusCode())
                .isEqualTo(503);
        assertThat(begun).hasSize(1);

        begun.remove().complete(Buffer.buffer("{}"));
        assertThat(await(first).statusCode()).isEqualTo(200);
        Future<HttpClientResponse> next = request("/large").compose(HttpClientRequest::send);
        eventually(() -> begun.size() == 1);
        begun.remove().fail(new ProblemException(404, "nothing"));
        assertThat(await(next).statusCode()).isEqualTo(404);
        request("/large").onSuccess(HttpClientRequest::send);
        eventually(() -> begun.size() == 1);
    }

    @Test
    void unreadResponsesCountAgainstBudget() {
        MemoryBudget budget = new MemoryBudget(100);
        Runnable release = budget.reserve(60);
        assertThatThrownBy(() -> budget.reserve(41))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("the memory for responses");
        budget.reserve(40);
        release.run();
        release.run();
        assertThat(budget.reserve(60)).isNotNull();
        assertThatThrownBy(() -> budget.reserve(1)).isInstanceOf(ProblemException.class);
    }

    @Test
    void responseOverBudgetIsSentAlone() {
        MemoryBudget budget = new MemoryBudget(100);
        Runnable release = budget.reserve(1_000);
        assertThatThrownBy(() -> budget.reserve(1)).isInstanceOf(ProblemException.class);
        release.run();
        assertThat(budget.reserve(100)).isNotNull();
    }

    private Future<HttpClientRequest> request() {
        return request("/");
    }

    private Future<HttpClientRequest> request(String path) {
        return client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path);
    }
}
