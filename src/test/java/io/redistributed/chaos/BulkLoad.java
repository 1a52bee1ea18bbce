package io.redistributed.chaos;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Submits a number of reports over some connections, each the next when its last was accepted. What was not answered, or
 * refused for now, is submitted again with its idempotency key at the other API. Safe to use from any thread.
 */
final class BulkLoad implements AutoCloseable {

    private static final int CONNECTIONS = 64;
    private static final int ACCEPTED = 202;
    private static final long TIMEOUT_MILLIS = 15_000;
    private static final long PAUSE_MILLIS = 100;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = vertx.httpClientBuilder()
            .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS))
            // Without a handler, each connection of a killed API is logged.
            .withConnectHandler(connection -> connection.exceptionHandler(lost -> {}))
            .build();
    private final List<URI> apis;
    private final long seed;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReferenceArray<String> ids;
    private final AtomicLongArray times;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final CountDownLatch open = new CountDownLatch(CONNECTIONS);

    BulkLoad(List<Node> apis, long seed, int reports) {
        this.apis = apis.stream().map(api -> URI.create(api.url())).toList();
        this.seed = seed;
        this.ids = new AtomicReferenceArray<>(reports);
        this.times = new AtomicLongArray(reports);
    }

    void start() {
        for (int i = 0; i < CONNECTIONS; i++) {
            vertx.runOnContext(now -> submitNext());
        }
    }

    /** Waits for the last report to be accepted; false if that takes longer. */
    boolean await(long seconds) throws InterruptedException {
        return open.await(seconds, TimeUnit.SECONDS);
    }

    boolean isGoingOn() {
        return open.getCount() > 0;
    }

    long accepted() {
        return accepted.sum();
    }

    /** Requests that were sent again. */
    long repeated() {
        return repeated.sum();
    }

    /** The ids of the accepted reports. */
    AtomicReferenceArray<String> ids() {
        return ids;
    }

    /** When each report was accepted, by {@link System#nanoTime}. */
    AtomicLongArray times() {
        return times;
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    private void submitNext() {
        int number = next.getAndIncrement();
        if (number < ids.length()) {
            submit(number, number);
        } else {
            open.countDown();
        }
    }

    /** @param turn which API is asked */
    private void submit(int number, int turn) {
        URI api = apis.get(turn % apis.size());
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(api.getHost())
                .setPort(api.getPort())
                .setURI("/reports?type=simulated&resultBytes=2")
                .setTimeout(TIMEOUT_MILLIS)
                .putHeader("idempotency-key", "storm-" + seed + "-" + number);
        http.request(options)
                .compose(request -> request.send()
                        .compose(response -> response.statusCode() == ACCEPTED
                                ? response.body()
                                : Future.<Buffer>failedFuture("status " + response.statusCode())))
                .onSuccess(body -> {
                    times.set(number, System.nanoTime());
                    ids.set(number, new JsonObject(body).getString("id"));
                    accepted.increment();
                    submitNext();
                })
                .onFailure(cause -> {
                    repeated.increment();
                    vertx.timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS).onSuccess(over -> submit(number, turn + 1));
                });
    }
}
