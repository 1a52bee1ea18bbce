package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.CONNECTED;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.RECONNECTING;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.redistributed.LogCapture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Publishers that are faster than handlers. */
@ExtendWith(VertxExtension.class)
class BackpressureTest {

    private static final int MESSAGES = 3_000;
    private static final int SIZE = 20_000;

    private final List<Integer> started = new CopyOnWriteArrayList<>();
    private final Queue<Promise<Void>> open = new ConcurrentLinkedQueue<>();
    private final List<TracedSubscriber.State> states = new CopyOnWriteArrayList<>();
    private PubSub pubSub;
    private TracedPublisher publisher;

    @BeforeEach
    void start(Vertx vertx) {
        pubSub = new PubSub(vertx);
        publisher = pubSub.publisher();
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    private TracedSubscriber subscriber(SubscriberOptions options) {
        TracedSubscriber subscriber = pubSub.subscriber(options.withMaxInFlight(10));
        await(subscriber.subscribe("orders", this::hold));
        return subscriber.stateHandler(states::add);
    }

    private Future<?> hold(TracedMessage message) {
        started.add(message.body().getInt(0));
        Promise<Void> end = Promise.promise();
        open.add(end);
        return end.future();
    }

    private void releaseAll() {
        for (Promise<Void> end = open.poll(); end != null; end = open.poll()) {
            end.complete();
        }
    }

    /** 60 MB in all, as fast as the subscriber reads them. */
    private void publishAll() {
        for (int i = 0; i < MESSAGES; i += 100) {
            publish(i, i + 100);
            eventually(this::allIsRead);
        }
    }

    private boolean allIsRead() {
        return ((String) pubSub.redis.cli("CLIENT", "LIST", "TYPE", "pubsub")).contains(" omem=0 ");
    }

    private void publish(int first, int end) {
        List<Future<Integer>> published = IntStream.range(first, end)
                .mapToObj(i -> publisher.publish(
                        "orders", Buffer.buffer(new byte[SIZE]).setInt(0, i)))
                .toList();
        await(Future.all(published));
    }

    @Test
    @Tag("slow")
    void bufferHoldsMoreThanRedisWould() {
        pubSub.redis.cli("CONFIG", "SET", "client-output-buffer-limit", "pubsub 4mb 2mb 1");
        TracedSubscriber subscriber = subscriber(IMPATIENT);
        // No handler ends, and still everything is read.
        publishAll();
        assertThat(started).hasSize(10);

        eventually(() -> {
            releaseAll();
            return started.size() == MESSAGES;
        });
        assertThat(started).isEqualTo(IntStream.range(0, MESSAGES).boxed().toList());
        assertThat(states).isEmpty();
        assertThat(subscriber.dropped()).isZero();
        releaseAll();
    }

    @Test
    void explainsDisconnectOfPausedSubscriber() {
        pubSub.redis.cli("CONFIG", "SET", "client-output-buffer-limit", "pubsub 4mb 2mb 1");
        TracedSubscriber subscriber = subscriber(IMPATIENT.withBuffer(1 << 20, OverflowPolicy.PAUSE));
        try (LogCapture log = new LogCapture()) {
            int sent = 0;
            // What sockets hold is read as far as Redis knows.
            while (allIsRead() && sent < MESSAGES / 2) {
                publish(sent, sent + 50);
                sent += 50;
            }
            publish(sent, MESSAGES);

            eventually(() -> {
                releaseAll();
                return states.equals(List.of(RECONNECTING, CONNECTED));
            });
            assertThat(subscriber.lastDisconnect())
                    .isInstanceOf(SlowSubscriberException.class)
                    .hasMessageContaining("client-output-buffer-limit pubsub was exceeded");
            assertThat(log.complaints()).anyMatch(line -> line.contains("client-output-buffer-limit"));
        }
        assertGoesOn();
    }

    @Test
    void serverRestartIsNotReportedAsSlowSubscriber() {
        TracedSubscriber subscriber = subscriber(IMPATIENT.withBuffer(1, OverflowPolicy.PAUSE));
        await(publisher.publish("orders", Buffer.buffer(new byte[SIZE])));
        eventually(() -> started.size() == 1);

        pubSub.redis.restart();

        eventually(() -> states.equals(List.of(RECONNECTING, CONNECTED)));
        assertThat(subscriber.lastDisconnect()).isNotNull().isNotInstanceOf(SlowSubscriberException.class);
        eventually(publisher::isConnected);
        assertGoesOn();
    }

    @Test
    void namesOfChannelsCountAgainstTheBuffer() {
        TracedSubscriber subscriber =
                pubSub.subscriber(IMPATIENT.withMaxInFlight(1).withBuffer(1 << 20, OverflowPolicy.DROP_OLDEST));
        await(subscriber.subscribePattern(
                "*", message -> Promise.<Void>promise().future()));

        for (int i = 0; i < 100; i++) {
            pubSub.redis.cli("PUBLISH", i + "x".repeat(100_000), "");
        }

        // Room for ten of them, one of which is in the handler.
        eventually(() -> subscriber.dropped() == 90);
    }

    @Test
    void dropsAndCountsOldest() {
        TracedSubscriber subscriber = subscriber(IMPATIENT.withBuffer(1 << 20, OverflowPolicy.DROP_OLDEST));
        publishAll();

        eventually(() -> started.size() + subscriber.dropped() > MESSAGES - 100);
        eventually(() -> {
            releaseAll();
            return started.size() + subscriber.dropped() == MESSAGES;
        });
        assertThat(started)
                .isNotEmpty()
                .endsWith(MESSAGES - 2, MESSAGES - 1)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(subscriber.dropped()).isGreaterThan(MESSAGES / 2);
        assertThat(states).isEmpty();
        assertThat(pubSub.traces
                        .metric("redistributed.messages.dropped")
                        .orElseThrow()
                        .getLongSumData()
                        .getPoints())
                .extracting(LongPointData::getValue)
                .containsExactly(subscriber.dropped());
        releaseAll();
    }

    @Test
    void disconnectsUntilHandlersCatchUp() {
        TracedSubscriber subscriber = subscriber(IMPATIENT.withBuffer(1 << 20, OverflowPolicy.DISCONNECT));
        publish(0, 100);
        eventually(() -> states.equals(List.of(RECONNECTING)));
        assertThat(subscriber.lastDisconnect())
                .isInstanceOf(SlowSubscriberException.class)
                .hasMessageContaining("maxBufferedBytes");
        // Longer than any attempt to reconnect is apart from the next.
        await(pubSub.vertx.timer(1_000));
        assertThat(states).containsExactly(RECONNECTING);
        assertThat(started).hasSize(10);

        eventually(() -> {
            releaseAll();
            return states.size() == 2;
        });
        assertThat(states).containsExactly(RECONNECTING, CONNECTED);
        assertThat(started).isSorted().hasSizeGreaterThan(10);
        assertGoesOn();
    }

    private void assertGoesOn() {
        await(publisher.publish("orders", Buffer.buffer(new byte[SIZE]).setInt(0, -1)));
        eventually(() -> {
            releaseAll();
            return started.contains(-1);
        });
        releaseAll();
    }
}
