package io.redistributed.queue;

import io.netty.channel.EventLoop;
import io.redistributed.redis.RedisSettings;
import io.redistributed.vertx.internal.NodeContext;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets the group commits of one event loop call the same Redis one at a time, in turn. While one waits for its reply, the
 * others collect entries, so that there are fewer and larger calls. A call without a reply for {@value #MIN_MILLIS} to
 * twice as many ms loses its turn: it may be large, or its connection may be broken. Used on one event loop.
 */
final class CallTurns {

    private static final long MIN_MILLIS = 100;

    private final Context context;
    private final Queue<Turn> waiting = new ArrayDeque<>();
    private @Nullable Turn current;
    private boolean watched;

    private record Key(EventLoop loop, RedisSettings redis) {}

    /** The turns of one Vert.x. */
    private static final class All {
        private final Map<Key, CallTurns> turns = new ConcurrentHashMap<>();
    }

    /** The turn of one call. */
    final class Turn {
        private final Consumer<Turn> call;

        private Turn(Consumer<Turn> call) {
            this.call = call;
        }

        /** Lets the next call begin. Has no effect after the turn is lost. */
        void end() {
            if (current == this) {
                current = null;
                Turn next = waiting.poll();
                if (next != null) {
                    next.begin();
                }
            }
        }

        private void begin() {
            current = this;
            if (!watched) {
                watch();
            }
            call.accept(this);
        }
    }

    /**
     * Ends the current turn if it is still the current one after the delay. One timer for all turns: Netty's event loop does
     * not sleep in the last half millisecond before a timer is due, so with one for each call it would hardly sleep at all.
     */
    private void watch() {
        Turn watchedTurn = current;
        watched = watchedTurn != null;
        if (watchedTurn != null) {
            VertxInternals.setTimer(context, MIN_MILLIS, () -> {
                try {
                    watchedTurn.end();
                } finally {
                    watch();
                }
            });
        }
    }

    /** Creates turns that nothing shares. */
    CallTurns(Vertx vertx) {
        this.context = VertxInternals.eventLoopOf(VertxInternals.current(vertx));
    }

    /**
     * Returns the turns of the current event loop. A worker context has its own.
     *
     * @param redis of one partition, with its hash tag
     */
    static CallTurns of(Vertx vertx, RedisSettings redis) {
        Context context = VertxInternals.current(vertx);
        return context.isEventLoopContext()
                ? NodeContext.of(vertx)
                        .get(All.class, All::new)
                        .turns
                        .computeIfAbsent(new Key(VertxInternals.loop(context), redis), first -> new CallTurns(vertx))
                : new CallTurns(vertx);
    }

    /**
     * Makes a call when its turn comes.
     *
     * @param call called once, and ends the turn when it has the reply
     */
    void take(Consumer<Turn> call) {
        Turn turn = new Turn(call);
        if (current == null) {
            turn.begin();
        } else {
            waiting.add(turn);
        }
    }
}
