package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.LogCapture;
import io.redistributed.redis.RedisSettings;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionHealthTest {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final long START = 1_796_118_960_000L;

    private final Vertx vertx = Vertx.vertx();
    private final PartitionHealth health =
            PartitionHealth.of(vertx, new Partition(0), RedisSettings.of("redis://127.0.0.1:6379"));
    private LogCapture log;

    @BeforeEach
    void capture() {
        log = new LogCapture();
    }

    @AfterEach
    void close() {
        log.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void olderDataAreLostData() {
        health.reaped(START, START + 100, false, INTERVAL);
        health.reaped(START, START + 2_000, true, INTERVAL);
        assertThat(log.complaints()).isEmpty();

        health.reaped(START - 3_000, START + 4_000, true, INTERVAL);
        health.reaped(START + 4_000, START + 5_000, false, INTERVAL);
        health.reaped(-1, START + 8_000, true, INTERVAL);

        assertThat(log.complaints())
                .containsExactly(
                        "[WARN] Redis at redis://127.0.0.1:6379 seems to have lost data of partition 0: reports accepted"
                                + " after 2026-12-01T09:55:57Z",
                        "[WARN] Redis at redis://127.0.0.1:6379 seems to have lost data of partition 0: all reports");
    }

    @Test
    void emptyRedisIsNoLoss() {
        health.reaped(-1, START, true, INTERVAL);
        health.reaped(START, START + 2_000, true, INTERVAL);

        assertThat(log.complaints()).isEmpty();
    }

    @Test
    void unfinishedRunIsNoLoss() {
        health.reaped(START - 2_000, START, true, INTERVAL);
        health.reaped(START - 2_000, START + 1, true, INTERVAL);

        assertThat(log.complaints()).isEmpty();
    }

    @Test
    void overtakenReplyIsNoLoss() {
        health.reaped(START + 5_000, START + 5_000, false, INTERVAL);
        health.reaped(START - 10_000, START + 5_000, true, INTERVAL);
        health.reaped(START - 10_000, START + 4_900, true, INTERVAL);
        health.reaped(START + 4_900, START + 5_001, false, INTERVAL);

        assertThat(log.complaints()).isEmpty();
    }

    @Test
    void clockSetBackIsNoLoss() {
        health.reaped(START, START, false, INTERVAL);
        health.reaped(START, START - 60_000, true, INTERVAL);
        health.reaped(START - 60_000, START - 58_000, true, INTERVAL);
        health.reaped(START - 58_000, START - 57_000, false, INTERVAL);

        assertThat(log.complaints()).isEmpty();
    }
}
