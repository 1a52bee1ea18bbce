package io.redistributed.pubsub.vertx;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.redistributed.redis.RedisUnavailableException;
import io.redistributed.testing.RedisSentinels;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Tag("slow")
@Tag("redis")
@Tag("ha")
class SentinelTest {

    private RedisSentinels redis;

    @BeforeEach
    void start() {
        redis = RedisSentinels.start();
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    @Test
    void masterIsKilledAndRestarts(Vertx vertx) {
        try (Traffic traffic = new Traffic(vertx, settings())) {
            redis.first().kill();
            RedisServer promoted = redis.promoted();
            traffic.awaitFlow("the switch to another master");
            // The settings of the master's URL apply to the new master.
            assertThat((String) promoted.cli("INFO", "keyspace")).contains("db2:");

            // Until the sentinels make it follow, it takes itself for the master that it was.
            redis.first().restart();
            assertThat((List<?>) redis.first().cli("ROLE")).first().isEqualTo("master");
            traffic.awaitFlow("the return of the old master");
            assertThat(clientsOf(redis.first())).isZero();
        }
    }

    @Test
    void failoverWithDeadSentinel(Vertx vertx) {
        RedisSettings settings = settings();
        redis.loseASentinel();
        try (Traffic traffic = new Traffic(vertx, settings)) {
            redis.failOver();
            RedisServer promoted = redis.promoted();
            // The old master stays a master until the sentinels reconfigure it.
            eventually(() -> clientsOf(promoted) == 3);
            traffic.awaitFlow("the move to another master");
        }
    }

    @Test
    void masterPausesAndResumes(Vertx vertx) {
        try (Traffic traffic = new Traffic(vertx, settings())) {
            redis.first().pause();
            redis.promoted();
            traffic.awaitFlow("the switch to another master");
            redis.first().resume();
            traffic.awaitFlow("the old master's awakening");
            eventually(() -> clientsOf(redis.first()) == 0);
        }
    }

    @Test
    void masterIsPartitionedFromSentinels(Vertx vertx) {
        try (Traffic traffic = new Traffic(vertx, settings())) {
            redis.cutOffFirst();
            RedisServer promoted = redis.promoted();
            eventually(() -> clientsOf(promoted) == 3);
            traffic.awaitFlow("the move to another master");
        }
    }

    @Test
    void unknownMasterOrDeniedAccessFailsStart(Vertx vertx) {
        RedisSettings unknown = RedisSettings.ofSentinels("unknown", redis.urls());
        assertThatThrownBy(() -> await(RedisCommands.connect(vertx, unknown, OpenTelemetry.noop())))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining("unknown at sentinels redis://127.0.0.1:")
                .hasMessageContaining("No such master");
        RedisSettings wrong = RedisSettings.ofSentinels("redis://app:wrong@the_master", redis.urls());
        assertThatThrownBy(() -> await(RedisCommands.connect(vertx, wrong, OpenTelemetry.noop())))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessageContaining("WRONGPASS")
                .hasMessageNotContaining("app:wrong");
    }

    private RedisSettings settings() {
        return RedisSettings.ofSentinels(RedisSentinels.MASTER, redis.urls());
    }

    private static long clientsOf(RedisServer server) {
        return ((String) server.cli("CLIENT", "LIST"))
                .lines()
                .filter(client -> client.contains("user=app"))
                .count();
    }
}
