package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.CONNECTED;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.RECONNECTING;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.pubsub.vertx.TracedSubscriber.State;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Subscribers that share a connection. */
@ExtendWith(VertxExtension.class)
class SharedConnectionTest {

    private final Inbox orders = new Inbox();
    private final Inbox invoices = new Inbox();
    private PubSub pubSub;
    private TracedPublisher publisher;
    private TracedSubscriber first;

    @BeforeEach
    void start(Vertx vertx) {
        pubSub = new PubSub(vertx);
        publisher = pubSub.publisher();
        first = pubSub.subscriber(IMPATIENT);
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    private TracedSubscriber beside(SubscriberOptions options) {
        return await(first.shareConnection(pubSub.vertx, pubSub.telemetry(), options));
    }

    @Test
    void subscribersAreSeparateAndLastClosesConnection() {
        long before = pubSub.connections();
        TracedSubscriber second = beside(IMPATIENT);
        await(first.subscribe("orders", orders));
        await(second.subscribe("invoices", invoices));
        assertThat(pubSub.connections()).isEqualTo(before);

        await(publisher.publish("orders", "1"));
        await(publisher.publish("invoices", "2"));
        eventually(() -> invoices.bodies.size() == 1);
        assertThat(orders.texts()).containsExactly("1");

        await(first.close());
        assertThat(await(publisher.publish("orders", "3"))).isZero();
        assertThat(await(publisher.publish("invoices", "4"))).isOne();
        eventually(() -> invoices.bodies.size() == 2);

        await(second.close());
        eventually(() -> pubSub.connections() == before - 1);
        assertThatThrownBy(() -> beside(IMPATIENT)).hasMessageContaining("closed");
    }

    @Test
    void allSubscribersSeeLossAndRecover() {
        TracedSubscriber second = beside(IMPATIENT);
        List<State> states = new CopyOnWriteArrayList<>();
        first.stateHandler(states::add);
        second.stateHandler(states::add);
        await(first.subscribe("orders", orders));
        await(second.subscribe("invoices", invoices));

        pubSub.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");
        eventually(() -> states.size() == 4);

        assertThat(states).containsExactly(RECONNECTING, RECONNECTING, CONNECTED, CONNECTED);
        assertThat(await(publisher.publish("orders", "1"))).isOne();
        assertThat(await(publisher.publish("invoices", "2"))).isOne();
        eventually(() -> orders.bodies.size() + invoices.bodies.size() == 2);
    }

    @Test
    void closingFullSubscriberResumesOthers() {
        TracedSubscriber full = beside(IMPATIENT
                .withMaxInFlight(1)
                .withBuffer(1, OverflowPolicy.PAUSE)
                .withCloseTimeout(Duration.ofMillis(300)));
        await(full.subscribe("orders", message -> {
            orders.apply(message);
            return Promise.promise().future();
        }));
        await(first.subscribe("invoices", invoices));
        await(publisher.publish("orders", "1"));
        eventually(() -> orders.bodies.size() == 1);
        await(publisher.publish("invoices", "2"));

        await(full.close());

        eventually(() -> invoices.texts().equals(List.of("2")));
    }
}
