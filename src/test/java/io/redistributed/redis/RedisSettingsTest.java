package io.redistributed.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.redistributed.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
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
        "rediss://me:secret@cache.example:7001,      cache.example, 7001, rediss://cache.example:7001",
        "redis://:sec%40ret@localhost?password=secret, localhost, 6379, redis://localhost",
    })
    void theyKnowHostAndPortAndShowNoPassword(String url, String host, int port, String shown) {
        RedisSettings settings = RedisSettings.of(url);

        assertThat(settings.host()).isEqualTo(host);
        assertThat(settings.port()).isEqualTo(port);
        assertThat(settings).hasToString(shown);
        assertThat(settings.url()).isEqualTo(url);
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
                "redis://:secret@localhost/database",
                "unix:///tmp/redis.sock?password=secret"
            })
    void whatIsNoRedisUrlIsRefusedWithoutShowingThePassword(String url) {
        assertThatThrownBy(() -> RedisSettings.of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redis.endpoints")
                .hasMessageContaining("redis://[[user]:password@]host")
                .hasMessageNotContaining("sec");
    }

    @Test
    void timeoutsOutOfBoundsAreRefused() {
        assertThatThrownBy(() -> new RedisSettings("redis://localhost", Duration.ZERO, SECOND))
                .hasMessageContaining("redis.connectTimeout: 0 ms");
        assertThatThrownBy(() -> new RedisSettings("redis://localhost", SECOND, Duration.ofDays(2)))
                .hasMessageContaining("redis.commandTimeout: 172800000 ms");
    }

    @Test
    void theyAreReadFromTheConfiguration() {
        JsonObject json = new JsonObject()
                .put("endpoints", new JsonArray().add("redis://localhost"))
                .put("commandTimeout", "250ms");

        assertThat(RedisSettings.from(new Settings(json, "redis.")))
                .isEqualTo(new RedisSettings("redis://localhost", Duration.ofSeconds(5), Duration.ofMillis(250)));
        assertThatThrownBy(() -> RedisSettings.from(new Settings(new JsonObject(), "redis.")))
                .hasMessageContaining("redis.endpoints");
    }
}
