package io.redistributed.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.settings.NodeSettings;
import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @ParameterizedTest
    @CsvSource({
        "redis://localhost,                          localhost, 6379, redis://localhost",
        "redis://10.0.0.1:7000/3,                    10.0.0.1,  7000, redis://10.0.0.1:7000/3",
        "redis://[::1]:7000,                         ::1,       7000, redis://[::1]:7000",
        "rediss://me:secret@cache.example:7001,      cache.example, 7001, rediss://cache.example:7001",
        "redis://:sec%40ret@localhost?password=secret, localhost, 6379, redis://localhost",
    })
    void haveHostAndPortAndHidePassword(String url, String host, int port, String shown) {
        RedisSettings settings = RedisSettings.of(url);

        assertThat(settings.host()).isEqualTo(host);
        assertThat(settings.port()).isEqualTo(port);
        assertThat(settings).hasToString(shown);
        assertThat(settings.endpoints()).containsExactly(url);
    }

    @ParameterizedTest
    @CsvSource({
        "redis://mymaster,                   10.0.0.2, redis://10.0.0.2:6380",
        "the_master,                         10.0.0.2, redis://10.0.0.2:6380",
        "rediss://me:sec%40ret@mymaster/2?client=x,  ::1, rediss://me:sec%40ret@[::1]:6380/2?client=x",
    })
    void masterUrlAppliesToEveryMaster(String master, String host, String url) {
        assertThat(RedisUrl.parseMaster(master).at(host, 6380).text()).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "my master", "redis://:secret@mymaster:6379", "http://mymaster", "redis://:secret@"})
    void rejectsInvalidMasterWithoutPassword(String master) {
        assertThatThrownBy(() -> RedisSettings.ofSentinels(master, List.of("redis://localhost")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redis.master")
                .hasMessageNotContaining("secret");
    }

    @Test
    void rejectsSettingsOfOtherMode() {
        assertThatThrownBy(() -> RedisSettings.ofCluster(List.of("redis://:secret@localhost/1")))
                .hasMessageContaining("redis.endpoints: 'redis://localhost/1' names a database");
        assertThatThrownBy(() -> RedisSettings.ofSentinels("mymaster", List.of("redis://localhost/1")))
                .hasMessageContaining("redis.master");
        assertThatThrownBy(() -> RedisSettings.ofCluster(Collections.nCopies(17, "redis://localhost")))
                .hasMessageContaining("redis.endpoints: 17 URLs")
                .hasMessageContaining("1 to 16");
        assertThatThrownBy(() -> RedisSettings.of("redis://localhost").withHashTag("rd:0"))
                .hasMessageContaining("'rd:0'")
                .hasMessageContaining("{text}");
    }

    @Test
    void shardsChannelsOnlyWithHashTagInCluster() {
        RedisSettings cluster = RedisSettings.ofCluster(List.of("redis://localhost"));
        RedisSettings partition = cluster.withHashTag("{123456789}");

        // The specification of Redis Cluster gives 0x31C3 for the CRC16 of that text.
        assertThat(partition.slot()).isEqualTo(0x31C3);
        assertThat(partition.publishCommand()).isEqualTo("SPUBLISH");
        assertThat(cluster.publishCommand()).isEqualTo("PUBLISH");
        assertThat(RedisSettings.of("redis://localhost").withHashTag("{x}").publishCommand())
                .isEqualTo("PUBLISH");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:6379",
                "http://localhost",
                "redis://",
                "redis://:sec ret@localhost",
                "redis://:sec@ret@localhost",
                "redis://:sec/ret@localhost",
                "redis://:secret@localhost:65536",
                "redis:me:secret@localhost",
                "redis://me:sec\nret@secret@localhost:x",
                "redis://:secret@localhost/database",
                "unix://:secret@/tmp/redis.sock",
                "unix://"
            })
    void rejectsInvalidUrlWithoutPassword(String url) {
        assertThatThrownBy(() -> RedisSettings.of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redis.endpoints")
                .hasMessageContaining("redis://[[user]:password@]host")
                .hasMessageNotContaining("sec");
    }

    @Test
    void unixSocketHidesPassword() {
        RedisSettings settings = RedisSettings.of("unix:///run/redis_1.sock?password=secret&db=2");
        assertThat(settings).hasToString("unix:///run/redis_1.sock");
        assertThat(settings.host()).isEqualTo("/run/redis_1.sock");
        assertThat(settings.port()).isZero();
    }

    @Test
    void rejectsTimeoutsOutOfBounds() {
        RedisSettings settings = RedisSettings.of("redis://localhost");
        assertThatThrownBy(() -> settings.withTimeouts(Duration.ZERO, SECOND))
                .hasMessageContaining("redis.connectTimeout: 0 ms");
        assertThatThrownBy(() -> settings.withTimeouts(SECOND, Duration.ofDays(2)))
                .hasMessageContaining("redis.commandTimeout: 172800000 ms");
    }

    @Test
    void readsConfiguration() {
        JsonObject standalone = new JsonObject("""
                {"endpoints": ["redis://localhost"], "commandTimeout": "250ms"}""");
        JsonObject sentinel = new JsonObject("""
                {"mode": "sentinel", "endpoints": ["redis://a", "redis://b"], "master": "redis://:secret@m/1"}""");
        JsonObject cluster = new JsonObject("""
                {"mode": "cluster", "endpoints": ["redis://a", "redis://b"]}""");

        assertThat(from(standalone))
                .isEqualTo(RedisSettings.of("redis://localhost")
                        .withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(250)));
        assertThat(from(sentinel))
                .isEqualTo(RedisSettings.ofSentinels("redis://:secret@m/1", List.of("redis://a", "redis://b")))
                .hasToString("m at sentinels redis://a, redis://b");
        assertThat(from(cluster)).isEqualTo(RedisSettings.ofCluster(List.of("redis://a", "redis://b")));
        assertThatThrownBy(() -> from(new JsonObject())).hasMessageContaining("redis.endpoints");
        assertThatThrownBy(() -> from(sentinel.copy().put("mode", "standalone")))
                .hasMessageContaining("redis.endpoints: 2 URLs");
        JsonObject authority = JsonObject.of("authority", "ca.pem");
        assertThatThrownBy(() -> from(standalone.copy().put("tls", authority)))
                .hasMessageContaining("redis.tls: no URL");
        assertThatThrownBy(() -> from(standalone.copy().put("tls", JsonObject.of("key", "client.key"))))
                .hasMessageContaining("redis.tls: certificate and key must be set together");
    }

    private static RedisSettings from(JsonObject json) {
        return NodeSettings.redis(new Settings(json, "redis."));
    }
}
