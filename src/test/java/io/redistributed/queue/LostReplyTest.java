package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.pubsub.ChannelPolicies;
import io.redistributed.redis.RedisSettings;
import io.redistributed.testing.RedisServer;
import io.redistributed.testing.TcpRelay;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** After a lost reply, each later one is taken for that of the command before. */
@ExtendWith(VertxExtension.class)
class LostReplyTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private Vertx vertx;
    private Context context;
    private RedisServer redis;
    private TcpRelay relay;

    @BeforeEach
    void start(Vertx vertx) {
        this.vertx = vertx;
        context = vertx.getOrCreateContext();
        redis = RedisServer.start();
        relay = new TcpRelay(vertx, redis.port());
    }

    @AfterEach
    void stop() {
        relay.close();
        redis.close();
    }

    /** Without pings. */
    @Test
    void replyOfAnotherShapeIsNotTakenForSubmission() {
        ReportQueue queue = connect(HOUR, HOUR);
        // Redis knows the scripts from now on.
        await(start(() -> queue.submit(report())));
        await(start(() -> queue.cancel("absent")));

        relay.loseReply();
        Future<Submitted> submitted = start(() -> queue.submit(report()));
        eventually(() -> "2".equals(String.valueOf(redis.cli("ZCARD", "{rd:0}:waiting:summary"))));
        Future<Cancellation> cancelled = start(() -> queue.cancel("absent"));

        assertThat(await(submitted).isNew()).isTrue();
        assertThat(await(cancelled)).isEqualTo(Cancellation.UNKNOWN);
        await(start(queue::close));
    }

    @Test
    void reaperAndProbeGoOn() {
        ReportQueue queue = connect(Duration.ofMillis(500), Duration.ofSeconds(1));

        relay.loseReply();

        // One for submits, one for reads and one for messages: each is replaced.
        eventually(() -> relay.connections() >= 6);
        for (int i = 0; i < 2; i++) {
            redis.cli("DEL", "{rd:0}:reaped");
            eventually(() -> redis.cli("GET", "{rd:0}:reaped") != null);
        }
        eventually(queue::isReady);
        assertThat(await(start(() -> queue.submit(report()))).isNew()).isTrue();
        await(start(queue::close));
    }

    private ReportQueue connect(Duration lease, Duration commandTimeout) {
        RedisSettings settings = RedisSettings.of("redis://127.0.0.1:" + relay.port())
                .withTimeouts(Duration.ofSeconds(5), commandTimeout);
        QueueSettings rules = new QueueSettings(
                1, lease, HOUR, 3, 2, Duration.ofSeconds(1), Duration.ofHours(24), 1L << 30, 100, false);
        return await(
                start(() -> ReportQueue.connect(vertx, settings, rules, ChannelPolicies.BINARY, OpenTelemetry.noop())));
    }

    private static NewReport report() {
        return new NewReport("summary", new JsonObject(), Buffer.buffer());
    }

    private <T> Future<T> start(Supplier<Future<T>> call) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> call.get().onComplete(promise));
        return promise.future();
    }
}
