package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.CONNECTED;
import static io.redistributed.pubsub.vertx.TracedSubscriber.State.RECONNECTING;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.StatusCode;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.pubsub.vertx.TracedSubscriber.State;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
@Tag("slow")
class ReconnectTest {

    private final Inbox inbox = new Inbox();
    private final List<State> states = new CopyOnWriteArrayList<>();
    private PubSub pubSub;
    private TracedSubscriber subscriber;
    private TracedPublisher publisher;

    @BeforeEach
    void start(Vertx vertx) {
        pubSub = new PubSub(vertx);
        subscriber = pubSub.subscriber(IMPATIENT).stateHandler(states::add);
        await(subscriber.subscribe("orders", inbox));
        publisher = pubSub.publisher();
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    @Test
    void reconnectAfterServerIsKilled() {
        pubSub.redis.kill();
        eventually(() -> subscriber.state() == RECONNECTING && !publisher.isConnected());
        assertThatThrownBy(() -> await(publisher.publish("orders", "lost")))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining("127.0.0.1:" + pubSub.redis.port());
        assertThatThrownBy(() -> await(subscriber.subscribe("invoices", inbox)))
                .isInstanceOf(RedisUnavailableException.class);
        assertThat(pubSub.traces.span("publish orders").getStatus().getStatusCode())
                .isEqualTo(StatusCode.ERROR);

        pubSub.redis.restart();

        assertBothWork();
        assertThat(states).containsExactly(RECONNECTING, CONNECTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pubsub", "normal"})
    void reconnectAfterConnectionsAreKilled(String type) {
        pubSub.redis.cli("CLIENT", "KILL", "TYPE", type);

        assertBothWork();
        assertThat(states).isEqualTo(type.equals("pubsub") ? List.of(RECONNECTING, CONNECTED) : List.of());
    }

    @Test
    void reconnectRepeatedly() {
        for (int i = 1; i <= 10; i++) {
            int kills = i;
            pubSub.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");
            pubSub.redis.cli("CLIENT", "KILL", "TYPE", "normal");
            eventually(() -> states.size() == 2 * kills && publisher.isConnected());
        }
        assertBothWork();
        assertThat(pubSub.connections()).isEqualTo(2);
    }

    @Test
    void detectsHangingServerAndReconnects() {
        publisher = pubSub.impatientPublisher();
        pubSub.redis.pause();
        try {
            Future<Integer> published = publisher.publish("orders", "lost");
            Future<Subscription> subscribed = subscriber.subscribe("invoices", inbox);

            assertThatThrownBy(() -> await(published)).isInstanceOf(RedisUnavailableException.class);
            assertThatThrownBy(() -> await(subscribed)).isInstanceOf(RedisUnavailableException.class);
            eventually(() -> subscriber.state() == RECONNECTING);
            eventually(() -> !publisher.isConnected());
        } finally {
            pubSub.redis.resume();
        }
        assertBothWork();
        assertThat(states).startsWith(RECONNECTING).endsWith(CONNECTED);
    }

    @Test
    void blockedWritesFailWhenServerHangs() {
        Buffer body = Buffer.buffer(new byte[64 * 1024]);
        publisher = pubSub.impatientPublisher();
        pubSub.redis.pause();
        try {
            List<Future<Integer>> published = IntStream.range(0, 500)
                    .mapToObj(i -> publisher.publish("orders", body))
                    .toList();

            await(Future.join(published).otherwiseEmpty());
            assertThat(published).isNotEmpty().allMatch(Future::failed);
            assertThat(published).extracting(Future::cause).hasOnlyElementsOfType(RedisUnavailableException.class);
        } finally {
            pubSub.redis.resume();
        }
        assertBothWork();
    }

    @Test
    void publisherClosesWithBlockedSocket() {
        Buffer body = Buffer.buffer(new byte[64 * 1024]);
        publisher = pubSub.impatientPublisher();
        pubSub.redis.pause();
        try {
            List<Future<Integer>> published = IntStream.range(0, 500)
                    .mapToObj(i -> publisher.publish("orders", body))
                    .toList();

            await(publisher.close());
            await(Future.join(published).otherwiseEmpty());
            assertThat(published).isNotEmpty().allMatch(Future::failed);
        } finally {
            pubSub.redis.resume();
        }
    }

    @Test
    void delayedEventLoopKeepsConnection() {
        Promise<Void> heldUp = Promise.promise();
        await(subscriber.subscribe("slow", message -> {
            holdUp();
            heldUp.complete();
            return heldUp.future();
        }));

        publisher.publish("slow", "x");

        await(heldUp.future());
        assertThat(await(publisher.publish("orders", "after"))).isEqualTo(1);
        eventually(() -> inbox.texts().contains("after"));
        assertThat(states).isEmpty();
    }

    @Test
    void blockedWorkerKeepsConnection() {
        await(pubSub.vertx.deployVerticle(
                new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        return TracedSubscriber.connect(vertx, pubSub.settings(), pubSub.telemetry(), IMPATIENT)
                                .compose(worker -> worker.stateHandler(states::add)
                                        .subscribe("slow", message -> {
                                            holdUp();
                                            return inbox.apply(message);
                                        }));
                    }
                },
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));

        publisher.publish("slow", "1");
        publisher.publish("slow", "2");

        eventually(() -> inbox.texts().equals(List.of("1", "2")));
        assertThat(states).isEmpty();
    }

    @Test
    void throwingStateHandlerIsIgnored() {
        subscriber.stateHandler(state -> {
            states.add(state);
            throw new IllegalStateException("thrown by the state handler");
        });
        pubSub.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");

        assertBothWork();
        assertThat(states).containsExactly(RECONNECTING, CONNECTED);
    }

    /** Blocks the thread for several heartbeats. */
    private static void holdUp() {
        CountDownLatch heartbeats = new CountDownLatch(5);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        long heartbeat = IMPATIENT.heartbeat().toMillis();
        clock.scheduleAtFixedRate(heartbeats::countDown, heartbeat, heartbeat, MILLISECONDS);
        try {
            assertThat(heartbeats.await(20, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            clock.shutdownNow();
        }
    }

    private void assertBothWork() {
        eventually(() -> subscriber.state() == CONNECTED && publisher.isConnected());
        eventually(() -> await(publisher.publish("orders", "again").otherwise(0)) == 1);
        eventually(() -> inbox.texts().contains("again"));
    }
}
