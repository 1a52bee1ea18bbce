package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.redistributed.redis.RedisCommands;
import io.redistributed.redis.RedisSettings;
import io.redistributed.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class EvictionPolicyTest {

    @Test
    void busyServerDoesNotHidePolicy(Vertx vertx) {
        try (RedisServer redis = RedisServer.start("lua-time-limit 10")) {
            RedisCommands commands = connect(vertx, redis);
            RedisCommands busy = connect(vertx, redis);
            Future<Response> endless =
                    busy.send(Request.cmd(Command.EVAL).arg("while true do end").arg(0));
            eventually(() -> isBusy(redis));

            assertThatThrownBy(() -> await(EvictionPolicy.read(commands))).hasMessageContaining("BUSY");

            redis.cli("SCRIPT", "KILL");
            assertThatThrownBy(() -> await(endless)).hasMessageContaining("killed");
            assertThat(await(EvictionPolicy.read(commands)).name()).isEqualTo("noeviction");
            await(Future.join(commands.close(), busy.close()));
        }
    }

    private static RedisCommands connect(Vertx vertx, RedisServer redis) {
        return await(RedisCommands.connect(vertx, RedisSettings.of(redis.url()), OpenTelemetry.noop()));
    }

    private static boolean isBusy(RedisServer redis) {
        try {
            redis.cli("PING");
            return false;
        } catch (UncheckedIOException e) {
            return e.getMessage().contains("BUSY");
        }
    }
}
