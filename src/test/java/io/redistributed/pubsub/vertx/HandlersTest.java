package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.CONNECTED;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.RECONNECTING;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.LogCapture;
import io.redistributed.context.WireFormat;
import io.redistributed.pubsub.ChannelPolicy;
import io.redistributed.pubsub.Relation;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Delivery to several handlers and patterns, and rejected arguments. */
@ExtendWith(VertxExtension.class)
class HandlersTest {

    private final Inbox first = new Inbox();
    private final Inbox second = new Inbox();
    private PubSub pubSub;
    private TracedPublisher publisher;
    private TracedSubscriber subscriber;

    @BeforeEach
    void start(Vertx vertx) {
        pubSub = new PubSub(vertx);
        publisher = pubSub.publisher();
        subscriber = pubSub.subscriber(IMPATIENT);
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    @Test
    void rejectsNull() {
        assertThatThrownBy(() -> publisher.publish(null, "x")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> publisher.publish("orders", (String) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> publisher.publish("orders", (Buffer) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> subscriber.subscribe(null, first)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> subscriber.subscribe("orders", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> subscriber.subscribePattern(null, first)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> subscriber.stateHandler(null)).isInstanceOf(NullPointerException.class);

        await(subscriber.subscribe("orders", first));
        assertThat(await(publisher.publish("orders", "after"))).isEqualTo(1);
        eventually(() -> first.texts().equals(List.of("after")));
        pubSub.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");
        eventually(() -> await(publisher.publish("orders", "again")) == 1);
        assertThat(pubSub.traces.spans("publish null")).isEmpty();
    }

    @Test
    void channelHasSeveralHandlers() {
        Subscription one = await(subscriber.subscribe("orders", first));
        Subscription two = await(subscriber.subscribe("orders", second));
        assertThat(await(publisher.publish("orders", "1"))).isEqualTo(1);
        eventually(() -> first.texts().equals(List.of("1")) && second.texts().equals(List.of("1")));
        eventually(() -> pubSub.traces.spans("process orders").size() == 2);
        assertThat(pubSub.traces.spans("process orders"))
                .extracting(SpanData::getParentSpanId)
                .containsOnly(pubSub.traces.span("publish orders").getSpanId());

        await(one.close());
        assertThat(await(publisher.publish("orders", "2"))).isEqualTo(1);
        eventually(() -> second.texts().equals(List.of("1", "2")));
        assertThat(first.texts()).containsExactly("1");

        await(two.close());
        assertThat(await(publisher.publish("orders", "3"))).isZero();
        await(subscriber.subscribe("orders", first));
        assertThat(await(publisher.publish("orders", "4"))).isEqualTo(1);
        eventually(() -> first.texts().equals(List.of("1", "4")));
    }

    @Test
    void subscribeDuringUnsubscribeSucceeds() {
        for (int i = 0; i < 50; i++) {
            Subscription leaving = await(subscriber.subscribe("orders", first));
            Future<Void> closed = leaving.close();
            Future<Subscription> coming = subscriber.subscribe("orders", second);
            await(closed);
            Subscription stays = await(coming);
            assertThat(await(publisher.publish("orders", "x"))).isEqualTo(1);
            await(stays.close());
            assertThat(await(publisher.publish("orders", "x"))).isZero();
        }
        eventually(() -> second.bodies.size() == 50);
        assertThat(first.bodies).isEmpty();
    }

    @Test
    void severalHandlersAreResubscribed() {
        List<TracedSubscriber.State> states = new CopyOnWriteArrayList<>();
        await(subscriber.subscribe("orders", first));
        await(subscriber.subscribe("orders", second));
        await(subscriber.subscribePattern("ord*", first));
        subscriber.stateHandler(states::add);

        pubSub.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");
        eventually(() -> states.equals(List.of(RECONNECTING, CONNECTED)));

        assertThat(await(publisher.publish("orders", "x"))).isEqualTo(2);
        eventually(() -> first.bodies.size() == 2 && second.bodies.size() == 1);
        assertThat(subscriber.lastDisconnect()).isNotNull().isNotInstanceOf(SlowSubscriberException.class);
    }

    @Test
    void patternReceivesMatchingChannels() {
        List<String> channels = new CopyOnWriteArrayList<>();
        Subscription pattern = await(subscriber.subscribePattern("orders.*", message -> {
            channels.add(message.channel());
            return first.apply(message);
        }));
        assertThat(pattern.isPattern()).isTrue();
        assertThat(pattern.channel()).isEqualTo("orders.*");

        await(publisher.publish("orders.eu", "1"));
        await(publisher.publish("orders.us", "2"));
        await(publisher.publish("orders", "no match"));
        eventually(() -> first.texts().equals(List.of("1", "2")));
        assertThat(channels).containsExactly("orders.eu", "orders.us");
        assertThat(pubSub.traces.span("process orders.eu").getParentSpanId())
                .isEqualTo(pubSub.traces.span("publish orders.eu").getSpanId());

        await(pattern.close());
        assertThat(await(publisher.publish("orders.eu", "late"))).isZero();
    }

    @Test
    void warnsOfChannelNamedLikePattern() {
        try (LogCapture log = new LogCapture()) {
            await(subscriber.subscribe("orders.*", first));
            assertThat(log.complaints())
                    .anyMatch(line -> line.contains("orders.*") && line.contains("subscribePattern"));
        }
        assertThat(await(publisher.publish("orders.eu", "x"))).isZero();
        assertThat(await(publisher.publish("orders.*", "x"))).isEqualTo(1);
    }

    @Test
    void untracedChannelHasNoSpans() {
        ChannelPolicy off = new ChannelPolicy("*", WireFormat.NONE, Relation.OFF);
        TracedSubscriber silent = pubSub.subscriber(pubSub.telemetry(off), IMPATIENT);
        await(silent.subscribe("orders", first));
        await(pubSub.publisher(off).publish("orders", "x"));
        eventually(() -> first.texts().equals(List.of("x")));
        await(silent.close());
        assertThat(pubSub.traces.spans()).isEmpty();
    }
}
