package io.redistributed.queue;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.redis.RedisSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class CallTurnsTest {

    private static final RedisSettings REDIS = RedisSettings.of("redis://127.0.0.1:6379");

    private Context loop;
    private Vertx vertx;
    private final List<CallTurns.Turn> begun = new ArrayList<>();

    @BeforeEach
    void create(Vertx vertx) {
        this.vertx = vertx;
        this.loop = vertx.getOrCreateContext();
    }

    @Test
    void callsBeginOneAfterTheOther() {
        onLoop(() -> {
            CallTurns turns = new CallTurns(vertx);
            turns.take(begun::add);
            turns.take(begun::add);
            turns.take(begun::add);
            assertThat(begun).hasSize(1);
            begun.get(0).end();
            assertThat(begun).hasSize(2);
            begun.get(0).end();
            assertThat(begun).as("the first turn has ended already").hasSize(2);
            begun.get(1).end();
            begun.get(2).end();
            turns.take(begun::add);
            return assertThat(begun).hasSize(4);
        });
    }

    @Test
    void callWithoutReplyLosesItsTurn() {
        Promise<Void> second = Promise.promise();
        onLoop(() -> {
            CallTurns turns = new CallTurns(vertx);
            turns.take(begun::add);
            turns.take(turn -> second.complete());
            return assertThat(second.future().isComplete()).isFalse();
        });
        await(second.future());
    }

    @Test
    void callThatBeginsWhileTheTimerRunsLosesItsTurnToo() {
        Promise<Void> last = Promise.promise();
        onLoop(() -> {
            CallTurns turns = new CallTurns(vertx);
            turns.take(CallTurns.Turn::end);
            turns.take(begun::add);
            turns.take(begun::add);
            turns.take(turn -> last.complete());
            return assertThat(begun).hasSize(1);
        });
        await(last.future());
        assertThat(begun).hasSize(2);
    }

    /** Netty's event loop does not sleep shortly before a timer is due. */
    @Test
    void callsShareOneTimer() {
        onLoop(() -> {
            CallTurns turns = new CallTurns(vertx);
            long before = vertx.setTimer(1, fired -> {});
            for (int i = 0; i < 100; i++) {
                turns.take(CallTurns.Turn::end);
            }
            return assertThat(vertx.setTimer(1, fired -> {})).isEqualTo(before + 2);
        });
    }

    @Test
    void oneEventLoopHasOneQueueForEachRedis() {
        onLoop(() -> {
            CallTurns turns = CallTurns.of(vertx, REDIS.withHashTag("{rd:0}"));
            assertThat(CallTurns.of(vertx, REDIS.withHashTag("{rd:0}"))).isSameAs(turns);
            return assertThat(CallTurns.of(vertx, REDIS.withHashTag("{rd:1}"))).isNotSameAs(turns);
        });
    }

    private void onLoop(Callable<?> checks) {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(v -> done.handle(Future.succeededFuture().map(none -> {
            try {
                checks.call();
                return null;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        })));
        await(done.future());
    }
}
