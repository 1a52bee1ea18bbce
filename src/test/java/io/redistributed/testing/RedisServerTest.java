package io.redistributed.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RedisServerTest {

    @Test
    void answeredWritesSurviveKillAndRestart() {
        try (RedisServer redis = RedisServer.start()) {
            int port = redis.port();
            assertThat(redis.cli("SET", "k", "größe")).isEqualTo("OK");
            redis.kill();
            assertThatThrownBy(() -> redis.cli("PING")).hasMessageContaining("refused");
            redis.restart();
            assertThat(redis.port()).isEqualTo(port);
            assertThat(redis.cli("GET", "k")).isEqualTo("größe");
            redis.restart();
            assertThat(redis.cli("GET", "k")).isEqualTo("größe");
        }
    }

    @Test
    void bundledServerIsRedis62() {
        try (RedisServer redis = RedisServer.startBundled()) {
            assertThat((String) redis.cli("INFO", "server")).contains("redis_version:6.2");
        }
    }

    @Test
    void nestedRepliesBecomeLists() {
        try (RedisServer redis = RedisServer.start()) {
            assertThat(redis.cli("EVAL", "return {1, 'a', {2, false}, {}}", "0"))
                    .isEqualTo(List.of(1L, "a", Arrays.asList(2L, null), List.of()));
        }
    }

    @Test
    void errorReplyIsThrown() {
        try (RedisServer redis = RedisServer.start()) {
            assertThatThrownBy(() -> redis.cli("NONSENSE")).hasMessageContaining("ERR unknown command");
        }
    }

    @Test
    void usesConfiguredPassword() {
        try (RedisServer redis = RedisServer.start("requirepass secret")) {
            assertThat(redis.cli("PING")).isEqualTo("PONG");
            assertThat(redis.url()).isEqualTo("redis://:secret@127.0.0.1:" + redis.port());
        }
    }

    @Test
    @Tag("slow")
    void pausedServerAnswersAfterResume() {
        try (RedisServer redis = RedisServer.start()) {
            redis.pause();
            assertThatThrownBy(() -> redis.cli("PING")).hasMessageContaining("timed out");
            redis.resume();
            assertThat(redis.cli("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void invalidConfigurationFailsWithRedisMessage() {
        assertThatThrownBy(() -> RedisServer.start("no-such-setting 1")).hasMessageContaining("no-such-setting");
    }
}
