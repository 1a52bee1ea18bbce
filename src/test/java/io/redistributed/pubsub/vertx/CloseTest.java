package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.CLOSED;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.RECONNECTING;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.StatusCode;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.pubsub.vertx.TracedSubscriber.State;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Tag("slow")
class CloseTest {

    private final Inbox inbox = new Inbox();
    private final List<State> states = new CopyOnWriteArrayList<>();
    private PubSub pubSub;

    @BeforeEach
    void start(Vertx vertx) {
        pubSub = new PubSub(vertx);
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    private TracedSubscriber subscriber(SubscriberOptions options) {
        return pubSub.subscriber(options).stateHandler(states::add);
    }

    @Test
    void closeWaitsForRunningHandlers() {
        Promise<Void> release = Promise.promise();
        TracedSubscriber subscriber = subscriber(IMPATIENT.withMaxInFlight(3));
        await(subscriber.subscribe("orders", message -> {
            inbox.apply(message);
            return release.future();
        }));
        TracedPublisher publisher = pubSub.publisher();
        List<String> bodies =
                IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        bodies.forEach(body -> await(publisher.publish("orders", body)));
        eventually(() -> inbox.bodies.size() == 3);

        Future<Void> closed = subscriber.close();
        eventually(() -> subscriber.state() == CLOSED);
        assertThat(closed.isComplete()).isFalse();
        assertThatThrownBy(() -> await(subscriber.subscribe("invoices", inbox))).hasMessageContaining("closed");
        release.complete();
        await(closed);

        assertThat(inbox.texts()).isEqualTo(bodies);
        assertThat(pubSub.traces.spans("process orders")).hasSize(100);
        assertThat(states).containsExactly(CLOSED);
        assertThat(await(publisher.publish("orders", "late"))).isZero();
        await(publisher.close());
        eventually(() -> pubSub.connections() == 0);
    }

    @Test
    void receivedMessagesAreHandledAfterConnectionLoss() {
        Promise<Void> release = Promise.promise();
        TracedSubscriber subscriber = subscriber(IMPATIENT.withMaxInFlight(3));
        await(subscriber.subscribe("orders", message -> {
            inbox.apply(message);
            return release.future();
        }));
        TracedPublisher publisher = pubSub.publisher();
        List<String> bodies = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
        bodies.forEach(body -> await(publisher.publish("orders", body)));
        eventually(() -> inbox.bodies.size() == 3);

        Future<Void> closed = subscriber.close();
        eventually(() -> subscriber.state() == CLOSED);
        pubSub.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");
        release.complete();
        await(closed);

        assertThat(inbox.texts()).isEqualTo(bodies);
    }

    @Test
    void closeTimesOutForHangingHandler() {
        TracedSubscriber subscriber = subscriber(IMPATIENT.withCloseTimeout(Duration.ofMillis(300)));
        Subscription subscription = await(subscriber.subscribe("orders", message -> {
            inbox.apply(message);
            return Promise.promise().future();
        }));
        await(pubSub.publisher().publish("orders", "x"));
        eventually(() -> inbox.bodies.size() == 1);

        await(subscriber.close());

        assertThat(states).containsExactly(CLOSED);
        assertThat(pubSub.traces.span("process orders").getStatus().getStatusCode())
                .isEqualTo(StatusCode.ERROR);
        await(subscription.close());
        eventually(() -> pubSub.connections() == 1);
    }

    @Test
    void secondCloseAwaitsFirst() {
        Promise<Void> release = Promise.promise();
        TracedSubscriber subscriber = subscriber(IMPATIENT);
        await(subscriber.subscribe("orders", message -> {
            inbox.apply(message);
            return release.future();
        }));
        await(pubSub.publisher().publish("orders", "x"));
        eventually(() -> inbox.bodies.size() == 1);

        Future<Void> first = subscriber.close();
        Future<Void> second = subscriber.close();
        release.complete();

        await(first);
        await(second);
        await(subscriber.close());
        assertThat(states).containsExactly(CLOSED);
    }

    @Test
    void closedPublisherFailsCalls() {
        TracedPublisher publisher = pubSub.publisher();
        await(publisher.close());
        await(publisher.close());

        assertThat(publisher.isConnected()).isFalse();
        assertThatThrownBy(() -> await(publisher.publish("orders", "x"))).isInstanceOf(RedisUnavailableException.class);
        eventually(() -> pubSub.connections() == 0);
    }

    @Test
    void bothCloseWhileReconnecting() {
        TracedSubscriber subscriber = subscriber(IMPATIENT);
        TracedPublisher publisher = pubSub.publisher();
        await(subscriber.subscribe("orders", inbox));
        pubSub.redis.kill();
        eventually(() -> subscriber.state() == RECONNECTING && !publisher.isConnected());

        await(subscriber.close());
        await(publisher.close());

        pubSub.redis.restart();
        // Longer than any attempt to reconnect is apart from the next.
        await(pubSub.vertx.timer(1_000));
        assertThat(pubSub.connections()).isZero();
        assertThat(states).containsExactly(RECONNECTING, CLOSED);
    }

    @Test
    void bothCloseWhileServerHangs() {
        TracedSubscriber subscriber = subscriber(IMPATIENT);
        TracedPublisher publisher = pubSub.publisher();
        await(subscriber.subscribe("orders", inbox));
        pubSub.redis.pause();
        try {
            Future<Integer> published = publisher.publish("orders", "x");
            await(subscriber.close());
            await(publisher.close());
            assertThatThrownBy(() -> await(published)).isInstanceOf(RedisUnavailableException.class);
        } finally {
            pubSub.redis.resume();
        }
        eventually(() -> pubSub.connections() == 0);
        assertThat(states).containsExactly(CLOSED);
    }

    @Test
    void bothCloseWhileReconnectingToHangingServer() {
        TracedSubscriber subscriber = subscriber(IMPATIENT);
        TracedPublisher publisher = pubSub.impatientPublisher();
        await(subscriber.subscribe("orders", inbox));
        pubSub.redis.pause();
        try {
            eventually(() -> subscriber.state() == RECONNECTING && !publisher.isConnected());
            await(subscriber.close());
            await(publisher.close());
        } finally {
            pubSub.redis.resume();
        }
        eventually(() -> pubSub.connections() == 0);
    }
}
