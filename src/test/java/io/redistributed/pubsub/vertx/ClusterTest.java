package io.redistributed.pubsub.vertx;

import static io.redistributed.pubsub.vertx.PubSub.IMPATIENT;
import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.RedisUnavailableException;
import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisClusterServers;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Tag("slow")
@Tag("redis")
@Tag("ha")
class ClusterTest {

    private static RedisClusterServers redis;

    @BeforeAll
    static void start() {
        redis = RedisClusterServers.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Test
    void slotMovesToOtherMaster(Vertx vertx) {
        try (Traffic traffic = new Traffic(vertx, settings())) {
            RedisServer to =
                    redis.moveSlotOf(Traffic.TAG, () -> traffic.awaitFlow("the beginning of the move of the slot"));
            traffic.awaitFlow("the move of the slot");

            assertThat(redis.masterOf(Traffic.TAG)).isSameAs(to);
            assertThat(to.cli("PUBSUB", "SHARDCHANNELS")).isEqualTo(List.of(Traffic.CHANNEL));
            int answered = traffic.stop();
            assertThat(Integer.parseInt((String) to.cli("GET", Traffic.COUNTER)))
                    .isGreaterThanOrEqualTo(answered);
        }
    }

    @Test
    void scriptIsRefusedAsAWholeWhileSlotMoves(Vertx vertx) {
        try (Traffic traffic = new Traffic(vertx, settings())) {
            await(traffic.commands.send(
                    Request.cmd(Command.SET).arg(Traffic.TAG + ":old").arg("untouched")));
            Request script = Request.cmd(Command.EVAL)
                    .arg("redis.call('SET', KEYS[1] .. ':old', 'half') redis.call('SET', KEYS[1] .. ':new', 'done')")
                    .arg(1)
                    .arg(Traffic.TAG);
            RedisServer from = redis.masterOf(Traffic.TAG);

            redis.moveSlotOf(Traffic.TAG, () -> {
                assertThatThrownBy(() -> await(traffic.commands.send(script)))
                        .isInstanceOf(RedisUnavailableException.class)
                        .hasMessageContaining("ASK ");
                assertThat(from.cli("GET", Traffic.TAG + ":old")).isEqualTo("untouched");
            });
        }
    }

    @Test
    void masterIsKilledAndRestarts(Vertx vertx) {
        try (Traffic traffic = new Traffic(vertx, settings())) {
            RedisServer old = redis.masterOf(Traffic.TAG);
            old.kill();
            redis.successorOf(old, Traffic.TAG);
            traffic.awaitFlow("the election of another master");
            old.restart();
            traffic.awaitFlow("the return of the old master");
        }
    }

    @Test
    void masterPausesAndResumes(Vertx vertx) {
        try (Traffic traffic = new Traffic(vertx, settings())) {
            RedisServer old = redis.masterOf(Traffic.TAG);
            old.pause();
            try {
                redis.successorOf(old, Traffic.TAG);
                traffic.awaitFlow("the election of another master");
            } finally {
                old.resume();
            }
            traffic.awaitFlow("the old master's awakening");
            eventually(() -> old.cli("PUBSUB", "SHARDCHANNELS").equals(List.of()));
        }
    }

    @Test
    void nodeWithoutHostnameHasTheAddressItWasAskedAt(Vertx vertx) {
        try (RedisServer server = RedisServer.start(
                "cluster-enabled yes", "cluster-port " + Ports.free(), "cluster-preferred-endpoint-type hostname")) {
            server.cli("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
            eventually(() -> server.cli("CLUSTER", "INFO").toString().contains("cluster_state:ok"));
            assertThat(server.cli("CLUSTER", "SLOTS").toString()).contains("?");
            RedisSettings settings =
                    RedisSettings.ofCluster(List.of(server.url())).withHashTag(Traffic.TAG);

            RedisCommands commands = await(RedisCommands.connect(vertx, settings, OpenTelemetry.noop()));

            assertThat(await(commands.send(Request.cmd(Command.PING))).toString())
                    .isEqualTo("PONG");
        }
    }

    @Test
    void unshardedChannelsReachEveryNode(Vertx vertx) {
        RedisSettings anyNode = RedisSettings.ofCluster(redis.urls());
        Inbox inbox = new Inbox();
        TracedSubscriber subscriber = await(
                TracedSubscriber.connect(vertx, anyNode, RedisPubSubTelemetry.create(OpenTelemetry.noop()), IMPATIENT));
        await(subscriber.subscribe("orders", inbox));
        // The nodes pass a message on without a promise: one whose link is just being mended drops it.
        redis.servers()
                .forEach(server -> eventually(() -> {
                    server.cli("PUBLISH", "orders", "from " + server.port());
                    return inbox.texts().contains("from " + server.port());
                }));
    }

    @Test
    void channelOfOtherSlotIsRefusedWithoutDisconnect(Vertx vertx) {
        try (Traffic traffic = new Traffic(vertx, settings())) {
            assertThatThrownBy(() -> await(traffic.publisher.publish("orders", "x")))
                    .hasMessageStartingWith("MOVED ");
            assertThatThrownBy(() -> await(traffic.subscriber.subscribe("orders", traffic.inbox)))
                    .hasMessageStartingWith("MOVED ");
            assertThat(traffic.publisher.isConnected()).isTrue();
            assertThat(traffic.subscriber.state()).isEqualTo(TracedSubscriber.State.CONNECTED);
        }
    }

    private static RedisSettings settings() {
        // A missing node must not matter.
        List<String> nodes = List.of("redis://:secret@127.0.0.1:1", redis.urls().get(5));
        return RedisSettings.ofCluster(nodes).withHashTag(Traffic.TAG);
    }
}
