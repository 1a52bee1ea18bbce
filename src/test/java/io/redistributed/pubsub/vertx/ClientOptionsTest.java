package io.redistributed.pubsub.vertx;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.pubsub.RedisPubSubTelemetry;
import io.redistributed.pubsub.vertx.PubSub.Inbox;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.TooManyCommandsException;
import io.redistributed.testing.Certificates;
import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisClusterServers;
import io.redistributed.testing.RedisSentinels;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The user's own options of the Vert.x client. */
@ExtendWith(VertxExtension.class)
class ClientOptionsTest {

    private final RedisPubSubTelemetry telemetry = RedisPubSubTelemetry.builder(OpenTelemetry.noop())
            .setPolicies(ChannelPolicies.BINARY)
            .build();
    private final Inbox inbox = new Inbox();
    private Vertx vertx;

    @TempDir
    Path folder;

    @BeforeEach
    void start(Vertx vertx) {
        this.vertx = vertx;
    }

    private void assertAMessageCrosses(RedisOptions options) {
        TracedSubscriber subscriber = await(TracedSubscriber.connect(vertx, options, telemetry));
        TracedPublisher publisher = await(TracedPublisher.connect(vertx, options, telemetry));
        await(subscriber.subscribe("orders", inbox));
        await(publisher.publish("orders", "x"));
        eventually(() -> inbox.texts().equals(List.of("x")));
    }

    @Test
    void credentialsMayBeSeparateFromUrl() {
        try (RedisServer redis = RedisServer.start("requirepass secret")) {
            RedisOptions options = new RedisOptions()
                    .setConnectionString("redis://127.0.0.1:" + redis.port())
                    .setPassword("secret");
            assertAMessageCrosses(options);
            assertThatThrownBy(() -> await(TracedSubscriber.connect(vertx, options.setPassword("wrong"), telemetry)))
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void plusInPasswordOfUrlIsNoSpace() {
        try (RedisServer redis = RedisServer.start("requirepass se+cret")) {
            assertThat(redis.url()).contains(":se+cret@");
            assertAMessageCrosses(new RedisOptions().setConnectionString(redis.url()));
        }
    }

    @Test
    @Tag("slow")
    void mutualTls() throws Exception {
        Certificates certificates = new Certificates(folder);
        int port = Ports.free();
        try (RedisServer redis = RedisServer.start(
                "tls-port " + port,
                "tls-cert-file " + certificates.certificate("server"),
                "tls-key-file " + certificates.key("server"),
                "tls-ca-cert-file " + certificates.certificate("ca"),
                "tls-auth-clients yes")) {
            NetClientOptions tls = new NetClientOptions()
                    .setSsl(true)
                    .setHostnameVerificationAlgorithm("HTTPS")
                    .setTrustOptions(new PemTrustOptions()
                            .addCertPath(certificates.certificate("ca").toString()))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(certificates.certificate("client").toString())
                            .addKeyPath(certificates.key("client").toString()));
            assertAMessageCrosses(new RedisOptions()
                    .setConnectionString("rediss://127.0.0.1:" + port)
                    .setNetClientOptions(tls));
            assertThat(redis.port()).isNotEqualTo(port);
        }
    }

    @Test
    void unixSocket() {
        Path socket = folder.resolve("redis_1.sock");
        try (RedisServer redis = RedisServer.start("unixsocket " + socket)) {
            assertAMessageCrosses(new RedisOptions().setConnectionString("unix://" + socket));
            assertThat(RedisSettings.of("unix://" + socket).host()).isEqualTo(socket.toString());
            assertThat((String) redis.cli("CLIENT", "LIST", "TYPE", "pubsub")).contains(socket.toString());
        }
    }

    @Test
    @Tag("slow")
    void sentinelsReportMaster() {
        try (RedisSentinels redis = RedisSentinels.start()) {
            RedisOptions options = new RedisOptions()
                    .setType(RedisClientType.SENTINEL)
                    .setEndpoints(redis.urls())
                    .setMasterName(RedisSentinels.MASTER);
            assertAMessageCrosses(options);
        }
    }

    @Test
    @Tag("slow")
    void anyNodeOfACluster() {
        try (RedisClusterServers redis = RedisClusterServers.start()) {
            assertAMessageCrosses(
                    new RedisOptions().setType(RedisClientType.CLUSTER).setEndpoints(redis.urls()));
        }
    }

    @Test
    void rejectsUnsupportedOptions() {
        assertThatThrownBy(() -> RedisSettings.of(new RedisOptions().setType(RedisClientType.REPLICATION)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("STANDALONE, SENTINEL or CLUSTER");
        assertThatThrownBy(() -> RedisSettings.of(new RedisOptions().setRole(RedisRole.REPLICA)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MASTER");
        assertThatThrownBy(() -> RedisSettings.of(new RedisOptions()
                        .setType(RedisClientType.CLUSTER)
                        .setConnectionString("unix:///tmp/redis.sock")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Unix socket");
    }

    @Test
    void optionsAreCopied() {
        RedisOptions options = new RedisOptions().setPassword("one");
        RedisSettings settings = RedisSettings.of(options);
        options.setPassword("two");
        settings.clientOptions().orElseThrow().setPassword("three");
        assertThat(settings.clientOptions().orElseThrow().getPassword()).isEqualTo("one");
    }

    @Test
    void excessPublishesFailAndSucceedAfterReady() {
        try (RedisServer redis = RedisServer.start()) {
            RedisOptions options =
                    new RedisOptions().setConnectionString(redis.url()).setMaxWaitingHandlers(100);
            TracedPublisher publisher = await(TracedPublisher.connect(vertx, options, telemetry));
            redis.pause();
            List<Future<Integer>> published;
            Future<Void> ready;
            try {
                published = IntStream.range(0, 110)
                        .mapToObj(i -> publisher.publish("orders", "x"))
                        .toList();
                eventually(() -> published.stream().filter(Future::failed).count() == 10);
                ready = publisher.ready();
                assertThat(ready.isComplete()).isFalse();
            } finally {
                redis.resume();
            }
            assertThat(published.get(109).cause())
                    .isInstanceOf(TooManyCommandsException.class)
                    .hasMessageContaining("100 commands wait")
                    .hasMessageContaining("maxWaitingCommands");
            await(ready);
            assertThat(await(publisher.publish("orders", "x"))).isZero();
        }
    }
}
