package io.redistributed.worker;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker whose process stood still for longer than its lease, such as by SIGSTOP or a snapshot of its machine. */
@ExtendWith(VertxExtension.class)
@Tag("redis")
@Tag("slow")
class PausedWorkerTest {

    @Test
    void doesNotRunWhatAnotherWorkerHasDone(Vertx vertx) throws InterruptedException {
        Vertx paused = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        CountDownLatch isPaused = new CountDownLatch(1);
        CountDownLatch isOver = new CountDownLatch(1);
        RedisServer redis = RedisServer.start();
        JsonObject reached = new JsonObject().put("endpoints", JsonArray.of(redis.url()));
        try (WorkerFixture other = WorkerFixture.quick(vertx, redis);
                WorkerFixture fixture = WorkerFixture.quick(paused, reached, 1)) {
            fixture.deployWorker(4, "0s");
            paused.runOnContext(v -> {
                isPaused.countDown();
                awaitLatch(isOver);
            });
            isPaused.await();
            String id = other.submitHeld();
            String deployment = other.deployWorker(4, "0s");
            other.held.next().done();
            other.ended(id);
            await(vertx.undeploy(deployment));

            isOver.countDown();
            String next = other.submitHeld();
            HeldGenerator.Held first = fixture.held.next();

            assertThat(first.request().reportId()).isEqualTo(next);
            first.done();
            other.ended(next);
        } finally {
            isOver.countDown();
            await(paused.close());
        }
    }

    @Test
    void continuesTheTraceAfterAnOutage(Vertx vertx) throws InterruptedException {
        RedisServer redis = RedisServer.start();
        try (WorkerFixture fixture = WorkerFixture.quick(vertx, redis)) {
            fixture.deployWorker(4, "0s");
            // Longer than the lease.
            redis.cli("CLIENT", "PAUSE", "1500");
            String id = fixture.submitHeld();
            HeldGenerator.Held held = fixture.held.next();

            String traceId =
                    Span.fromContext(held.request().context()).getSpanContext().getTraceId();
            assertThat(traceId).isEqualTo(fixture.find(id).traceId());
            held.done();
            fixture.ended(id);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
