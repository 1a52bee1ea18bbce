package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.LogCapture;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.testing.RedisServer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Resources of a verticle close without code for it. */
@ExtendWith(VertxExtension.class)
class EndOfVerticleTest {

    private final Inbox inbox = new Inbox();
    private PubSub pubSub;

    @BeforeEach
    void start(Vertx vertx) {
        pubSub = new PubSub(vertx);
    }

    @AfterEach
    void stop() {
        pubSub.close();
    }

    private final class Orders extends VerticleBase {

        private TracedSubscriber subscriber;
        private TracedPublisher publisher;

        @Override
        public Future<?> start() {
            return TracedSubscriber.connect(vertx, pubSub.settings(), pubSub.telemetry(), IMPATIENT)
                    .onSuccess(connected -> subscriber = connected)
                    .compose(connected -> connected.subscribe("orders", inbox))
                    .compose(subscribed -> TracedPublisher.connect(vertx, pubSub.settings(), pubSub.telemetry()))
                    .onSuccess(connected -> publisher = connected);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ThreadingModel.class,
            names = {"EVENT_LOOP", "WORKER"})
    void undeployClosesConnectionsWithoutWarnings(ThreadingModel threading) {
        Orders orders = new Orders();
        String id = await(pubSub.vertx.deployVerticle(orders, new DeploymentOptions().setThreadingModel(threading)));
        await(orders.publisher.publish("orders", "1"));
        eventually(() -> inbox.bodies.size() == 1);

        try (LogCapture log = new LogCapture()) {
            await(pubSub.vertx.undeploy(id));
            eventually(() -> pubSub.connections() == 0);
            // Longer than any attempt to reconnect is apart from the next.
            await(pubSub.vertx.timer(1_000));
            assertNothingOf(log);
        }

        assertThat(pubSub.connections()).isZero();
        assertThat(orders.subscriber.state()).isEqualTo(TracedSubscriber.State.CLOSED);
        assertThat(pubSub.redis.cli("PUBLISH", "orders", "2")).isEqualTo(0L);
        assertThatThrownBy(() -> await(orders.publisher.publish("orders", "3"))).isNotNull();
        assertThat(inbox.texts()).containsExactly("1");
    }

    @Test
    void undeployWaitsForRunningHandlers() {
        Promise<Void> release = Promise.promise();
        VerticleBase slow = new VerticleBase() {
            @Override
            public Future<?> start() {
                return TracedSubscriber.connect(vertx, pubSub.settings(), pubSub.telemetry(), IMPATIENT)
                        .compose(subscriber -> subscriber.subscribe("orders", message -> {
                            inbox.apply(message);
                            return release.future();
                        }));
            }
        };
        String id = await(pubSub.vertx.deployVerticle(slow));
        await(pubSub.publisher().publish("orders", "1"));
        eventually(() -> inbox.bodies.size() == 1);

        Future<Void> undeployed = pubSub.vertx.undeploy(id);
        await(pubSub.vertx.timer(200));
        assertThat(undeployed.isComplete()).isFalse();
        release.complete();

        await(undeployed);
        assertThat(pubSub.traces.spans("process orders")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = ThreadingModel.class,
            names = {"EVENT_LOOP", "WORKER"})
    void closingVertxLogsNothing(ThreadingModel threading, Vertx vertx) {
        try (RedisServer redis = RedisServer.start();
                LogCapture log = new LogCapture()) {
            PubSub own = new PubSub(vertx, redis);
            own.subscriber(IMPATIENT);
            own.publisher();
            await(vertx.deployVerticle(
                    new VerticleBase() {
                        @Override
                        public Future<?> start() {
                            return TracedSubscriber.connect(vertx, own.settings(), own.telemetry(), IMPATIENT)
                                    .compose(subscriber -> subscriber.subscribe("orders", inbox));
                        }
                    },
                    new DeploymentOptions().setThreadingModel(threading)));

            await(vertx.close());

            eventually(() -> own.connections() == 0);
            assertNothingOf(log);
            own.traces.close();
        }
    }

    /** Except assertions within the client, which are enabled in tests only. */
    private static void assertNothingOf(LogCapture log) {
        assertThat(log.complaints())
                .filteredOn(line -> !line.contains("Unhandled exception"))
                .isEmpty();
    }
}
