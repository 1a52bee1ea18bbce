package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.CONNECTED;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.RECONNECTING;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SubscribeTest {

    private final Inbox inbox = new Inbox();
    private PubSub pubSub;
    private TracedPublisher publisher;

    @BeforeEach
    void start(Vertx vertx) {
        pubSub = new PubSub(vertx, "user limited on nopass +@all ~* resetchannels &allowed:*");
        publisher = pubSub.publisher();
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    @Test
    void refusedSubscriptionFailsAlone() {
        TracedSubscriber subscriber = limited();
        Future<Subscription> before = subscriber.subscribe("allowed:1", inbox);
        Future<Subscription> refused = subscriber.subscribe("secret", inbox);
        Future<Subscription> after = subscriber.subscribe("allowed:2", inbox);

        assertThat(await(before).channel()).isEqualTo("allowed:1");
        assertThatThrownBy(() -> await(refused)).hasMessageContaining("NOPERM");
        assertThat(await(after).channel()).isEqualTo("allowed:2");
        assertThat(await(publisher.publish("allowed:1", "one"))).isEqualTo(1);
        assertThat(await(publisher.publish("allowed:2", "two"))).isEqualTo(1);
        assertThat(await(publisher.publish("secret", "three"))).isZero();
        eventually(() -> inbox.bodies.size() == 2);
        assertThat(inbox.texts()).containsExactly("one", "two");
        assertThat(subscriber.state()).isEqualTo(CONNECTED);
    }

    @Test
    void refusedResubscriptionIsRetriedWithoutDelayingOthers() {
        TracedSubscriber subscriber = limited();
        await(subscriber.subscribe("allowed:1", inbox));
        pubSub.redis.cli("ACL", "SETUSER", "limited", "&more:*");
        await(subscriber.subscribe("more:1", inbox));

        // Redis closes connections with subscriptions that are no longer allowed.
        pubSub.redis.cli("ACL", "SETUSER", "limited", "resetchannels", "&allowed:*");

        eventually(() -> subscriber.state() == RECONNECTING);
        eventually(() -> await(publisher.publish("allowed:1", "on")) == 1);
        eventually(() -> inbox.texts().contains("on"));
        for (int i = 0; i < 20; i++) {
            assertThat(await(publisher.publish("allowed:1", "still on"))).isEqualTo(1);
            await(pubSub.vertx.timer(50));
        }
        assertThat(subscriber.state()).isEqualTo(RECONNECTING);

        pubSub.redis.cli("ACL", "SETUSER", "limited", "&more:*");

        eventually(() -> subscriber.state() == CONNECTED);
        assertThat(await(publisher.publish("more:1", "back"))).isEqualTo(1);
        eventually(() -> inbox.texts().contains("back"));
    }

    @Test
    void resubscribesAfterClose() {
        TracedSubscriber subscriber = pubSub.subscriber(IMPATIENT);
        Subscription first = await(subscriber.subscribe("orders", inbox));
        await(first.close());
        await(first.close());
        assertThat(await(publisher.publish("orders", "nobody"))).isZero();

        await(subscriber.subscribe("orders", inbox));
        await(first.close());
        assertThat(await(publisher.publish("orders", "second"))).isEqualTo(1);
        eventually(() -> inbox.texts().contains("second"));
        assertThat(inbox.texts()).containsExactly("second");
    }

    @Test
    void messagesBeforeUnsubscribeAreHandled() {
        TracedSubscriber subscriber = pubSub.subscriber(IMPATIENT.withMaxInFlight(1));
        Promise<Void> release = Promise.promise();
        Subscription subscription = await(subscriber.subscribe("orders", message -> {
            inbox.apply(message);
            return release.future();
        }));
        Stream.of("1", "2", "3").forEach(body -> await(publisher.publish("orders", body)));

        Future<Void> closed = subscription.close();
        eventually(() -> await(publisher.publish("orders", "late")) == 0);
        release.complete();
        await(closed);

        eventually(() -> inbox.texts().containsAll(List.of("1", "2", "3")));
    }

    @Test
    void closedSubscriptionIsNotResubscribed() {
        TracedSubscriber subscriber = pubSub.subscriber(IMPATIENT);
        Subscription gone = await(subscriber.subscribe("gone", inbox));
        await(subscriber.subscribe("orders", inbox));
        pubSub.redis.kill();
        eventually(() -> subscriber.state() == RECONNECTING);

        await(gone.close());
        pubSub.redis.restart();

        eventually(() -> subscriber.state() == CONNECTED && publisher.isConnected());
        assertThat(await(publisher.publish("orders", "x"))).isEqualTo(1);
        assertThat(await(publisher.publish("gone", "x"))).isZero();
    }

    @Test
    void unconfirmedSubscriptionFailsAndIsRemoved() {
        SubscriberOptions options = SubscriberOptions.DEFAULT
                .withMaxInFlight(1)
                .withBuffer(1, OverflowPolicy.PAUSE)
                .withReplyTimeout(Duration.ofMillis(100))
                .withHeartbeat(Duration.ofSeconds(20));
        TracedSubscriber subscriber = pubSub.subscriber(options);
        Promise<Void> release = Promise.promise();
        await(subscriber.subscribe("orders", message -> {
            inbox.apply(message);
            return release.future();
        }));
        await(publisher.publish("orders", "fills the subscriber"));
        eventually(() -> inbox.bodies.size() == 1);

        // Nothing is read while the subscriber is full, confirmations included.
        assertThatThrownBy(() -> await(subscriber.subscribe("invoices", inbox)))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining("invoices")
                .hasMessageContaining("100 ms");

        release.complete();
        eventually(() -> await(publisher.publish("invoices", "x")) == 0);
        await(subscriber.subscribe("invoices", inbox));
        assertThat(await(publisher.publish("invoices", "y"))).isEqualTo(1);
        eventually(() -> inbox.texts().contains("y"));
        assertThat(inbox.texts()).containsExactly("fills the subscriber", "y");
    }

    @Test
    void connectFailsWithAddressAndReason() {
        int port = pubSub.redis.port();
        assertConnectFails("redis://limited:wrong@127.0.0.1:1", "redis://127.0.0.1:1", "refused");
        pubSub.redis.cli("ACL", "SETUSER", "someone", "on", ">right", "+@all");
        assertConnectFails("redis://someone:wrong@127.0.0.1:" + port, "redis://127.0.0.1:" + port, "WRONGPASS");
        pubSub.redis.pause();
        try {
            assertConnectFails(pubSub.redis.url(), pubSub.redis.url(), "no answer within 500 ms");
        } finally {
            pubSub.redis.resume();
        }
        eventually(() -> pubSub.connections() == 1);
    }

    private void assertConnectFails(String url, String shown, String reason) {
        RedisSettings settings = RedisSettings.of(url).withTimeouts(Duration.ofMillis(500), Duration.ofMillis(500));
        assertThatThrownBy(() -> await(TracedSubscriber.connect(
                        pubSub.vertx, settings, pubSub.telemetry(), SubscriberOptions.DEFAULT)))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining(shown)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("wrong");
        assertThatThrownBy(() -> await(TracedPublisher.connect(pubSub.vertx, settings, pubSub.telemetry())))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining(reason);
    }

    private TracedSubscriber limited() {
        RedisSettings settings = RedisSettings.of("redis://limited:any@127.0.0.1:" + pubSub.redis.port());
        return await(TracedSubscriber.connect(pubSub.vertx, settings, pubSub.telemetry(), IMPATIENT));
    }
}
