package io.redistributed.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.event.Level;

@ExtendWith(VertxExtension.class)
class LossLogTest {

    @Test
    void latestLineTellsWhetherServerIsLost(Vertx vertx) {
        LossLog log = LossLog.of(vertx, RedisUrl.parse("redis://127.0.0.1:1"));

        assertThat(log.lost("closed")).isEqualTo(Level.WARN);
        assertThat(log.lost("closed")).isEqualTo(Level.DEBUG);
        assertThat(log.reconnected()).isEqualTo(Level.INFO);
        assertThat(log.reconnected()).isEqualTo(Level.DEBUG);

        assertThat(log.lost("closed")).isEqualTo(Level.DEBUG);
        assertThat(log.failed("refused")).isEqualTo(Level.WARN);
        assertThat(log.failed("refused")).isEqualTo(Level.DEBUG);
        assertThat(log.reconnected()).isEqualTo(Level.INFO);

        assertThat(log.lost("another reason")).isEqualTo(Level.WARN);
    }

    @Test
    void eachReasonOfAnOutageIsLoggedOnce(Vertx vertx) {
        LossLog log = LossLog.of(vertx, RedisUrl.parse("redis://127.0.0.1:2"));

        log.lost("closed");
        assertThat(log.failed("refused")).isEqualTo(Level.WARN);
        assertThat(log.failed("expired")).isEqualTo(Level.WARN);
        assertThat(log.failed("refused")).isEqualTo(Level.DEBUG);
        log.reconnected();
        assertThat(log.failed("refused")).isEqualTo(Level.WARN);
    }

    @Test
    void reasonsAreBounded(Vertx vertx) {
        LossLog log = LossLog.of(vertx, RedisUrl.parse("redis://127.0.0.1:3"));

        for (int i = 0; i < 16; i++) {
            assertThat(log.failed("reason " + i)).isEqualTo(Level.WARN);
        }
        assertThat(log.failed("reason 16")).isEqualTo(Level.DEBUG);
    }
}
