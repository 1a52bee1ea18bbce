package io.redistributed.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class FailureLimitTest {

    private static final long NOW = TimeUnit.HOURS.toNanos(1);

    private FailureLimit limit;

    @BeforeEach
    void create(Vertx vertx) {
        limit = FailureLimit.of(vertx);
        assertThat(NodeContext.of(vertx).find(FailureLimit.class)).containsSame(limit);
    }

    @Test
    void limitsEachAddressForAMinute() {
        for (int i = 0; i < FailureLimit.MAX_FAILURES; i++) {
            assertThat(limit.allows("10.0.0.1", NOW)).isTrue();
        }
        assertThat(limit.allows("10.0.0.1", NOW)).isFalse();
        assertThat(limit.allows("10.0.0.2", NOW)).isTrue();
        assertThat(limit.allows("10.0.0.1", NOW + TimeUnit.SECONDS.toNanos(61))).isTrue();
    }

    @Test
    void anIpv6NetworkIsOneClient() {
        for (int i = 0; i < FailureLimit.MAX_FAILURES; i++) {
            assertThat(limit.allows("2001:db8:0:1:0:0:0:" + i, NOW)).isTrue();
        }
        assertThat(limit.allows("2001:db8:0:1:f:f:f:f", NOW)).isFalse();
        assertThat(limit.allows("2001:db8:0:2:0:0:0:1", NOW)).isTrue();
    }

    @Test
    void forgetsTheOldestOfManyAddresses() {
        for (int i = 0; i <= FailureLimit.MAX_FAILURES; i++) {
            limit.allows("10.0.0.1", NOW);
        }
        for (int i = 0; i < 20_000; i++) {
            limit.allows("10." + (1 + i / 10_000) + "." + i % 10_000 / 100 + "." + i % 100, NOW);
        }
        assertThat(limit.allows("10.0.0.1", NOW)).isTrue();
    }
}
