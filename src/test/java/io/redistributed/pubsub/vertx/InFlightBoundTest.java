package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.pubsub.vertx.TracedSubscriber.State;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class InFlightBoundTest {

    private static final int LIMIT = 10;
    private static final int MESSAGES = 5_000;

    private final List<String> started = new CopyOnWriteArrayList<>();
    private final Queue<Promise<Void>> open = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final List<State> states = new CopyOnWriteArrayList<>();
    private PubSub pubSub;
    private Subscription subscription;
    private TracedPublisher publisher;

    @BeforeEach
    void start(Vertx vertx) {
        pubSub = new PubSub(vertx);
        TracedSubscriber subscriber =
                pubSub.subscriber(IMPATIENT.withMaxInFlight(LIMIT)).stateHandler(states::add);
        publisher = pubSub.publisher();
        subscription = await(subscriber.subscribe("orders", this::hold));
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    @Test
    @Tag("slow")
    void limitsHandlersWithoutLoss() {
        List<Future<Integer>> published = IntStream.range(0, MESSAGES)
                .mapToObj(i -> publisher.publish("orders", Integer.toString(i)))
                .toList();
        await(Future.all(published));
        eventually(() -> running.get() == LIMIT);

        // Much longer than it takes to detect a dead connection.
        await(pubSub.vertx.timer(5 * IMPATIENT.heartbeat().toMillis()));
        assertThat(started).hasSize(LIMIT);

        eventually(() -> {
            releaseAll();
            return started.size() == MESSAGES && running.get() == 0;
        });
        assertThat(started)
                .isEqualTo(
                        IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList());
        assertThat(most).hasValue(LIMIT);
        assertThat(states).isEmpty();
    }

    @Test
    void receivedMessagesAreHandledAfterConnectionLoss() {
        int arrived = 3 * LIMIT;
        publish(arrived);
        eventually(() -> running.get() == LIMIT);

        pubSub.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");

        eventually(() -> {
            releaseAll();
            return states.size() == 2 && started.size() == arrived;
        });
        publish(LIMIT);
        eventually(() -> {
            releaseAll();
            return started.size() == arrived + LIMIT && running.get() == 0;
        });
        assertThat(most).hasValue(LIMIT);
    }

    @Test
    void fullSubscriberReconnectsPaused() {
        publish(LIMIT - 1);
        eventually(() -> running.get() == LIMIT - 1);
        pubSub.redis.kill();
        eventually(() -> states.size() == 1);
        subscription.accept(Buffer.buffer("by another way"));
        eventually(() -> running.get() == LIMIT);

        pubSub.redis.restart();
        eventually(() -> states.size() == 2 && publisher.isConnected());
        publish(LIMIT);
        await(pubSub.vertx.timer(2 * IMPATIENT.heartbeat().toMillis()));
        assertThat(most).hasValue(LIMIT);

        eventually(() -> {
            releaseAll();
            return started.size() == 2 * LIMIT && running.get() == 0;
        });
        assertThat(most).hasValue(LIMIT);
    }

    private void publish(int count) {
        List<Future<Integer>> published = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            published.add(publisher.publish("orders", "x"));
        }
        await(Future.all(published));
    }

    private Future<?> hold(TracedMessage message) {
        started.add(message.body().toString());
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        Promise<Void> end = Promise.promise();
        open.add(end);
        return end.future();
    }

    private void releaseAll() {
        for (Promise<Void> end = open.poll(); end != null; end = open.poll()) {
            running.decrementAndGet();
            end.complete();
        }
    }
}
