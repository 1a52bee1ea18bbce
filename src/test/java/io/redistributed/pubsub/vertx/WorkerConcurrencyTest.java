package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Handlers that block, on a worker verticle. */
@ExtendWith(VertxExtension.class)
class WorkerConcurrencyTest {

    private static final int BOUND = 4;

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger handled = new AtomicInteger();
    private final Set<String> traces = ConcurrentHashMap.newKeySet();
    private PubSub pubSub;

    @BeforeEach
    void start(Vertx vertx) {
        pubSub = new PubSub(vertx);
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    private void deploy(int concurrency, Function<TracedMessage, Future<?>> handler) {
        await(pubSub.vertx.deployVerticle(
                new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        return TracedSubscriber.connect(
                                        vertx,
                                        pubSub.settings(),
                                        pubSub.telemetry(),
                                        IMPATIENT.withWorkerConcurrency(concurrency))
                                .compose(subscriber -> subscriber.subscribe("orders", handler));
                    }
                },
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    }

    private void publish(int messages) {
        TracedPublisher publisher = pubSub.publisher();
        for (int i = 0; i < messages; i++) {
            publisher.publish("orders", "x");
        }
    }

    @Test
    void limitsConcurrentHandlers() {
        // No handler continues before that many have started.
        CyclicBarrier together = new CyclicBarrier(BOUND);
        deploy(BOUND, message -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            traces.add(
                    io.opentelemetry.api.trace.Span.current().getSpanContext().getTraceId());
            try {
                together.await(20, SECONDS);
            } catch (Exception e) {
                return Future.failedFuture(e);
            } finally {
                running.decrementAndGet();
            }
            handled.incrementAndGet();
            return Future.succeededFuture();
        });
        publish(10 * BOUND);
        eventually(() -> handled.get() == 10 * BOUND);
        assertThat(most).hasValue(BOUND);
        assertThat(traces).hasSize(10 * BOUND);
    }

    @Test
    void runsOneAtATimeByDefault() {
        deploy(1, message -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            running.decrementAndGet();
            handled.incrementAndGet();
            return Future.succeededFuture();
        });
        publish(200);
        eventually(() -> handled.get() == 200);
        assertThat(most).hasValue(1);
    }
}
