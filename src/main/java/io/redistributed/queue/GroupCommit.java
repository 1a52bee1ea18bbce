package io.redistributed.queue;

import io.opentelemetry.context.Context;
import io.redistributed.redis.RedisRefusedException;
import io.redistributed.redis.RedisUnavailableException;
import io.redistributed.vertx.internal.Backoff;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Combines the requests of several callers into one call. At most one call is in flight; requests that arrive meanwhile
 * form the next one. An idle system makes a call for each; under load the calls grow to {@value #MAX_ENTRIES} entries
 * and {@value #MAX_BYTES} bytes. A larger entry gets its own call.
 *
 * <p>A call without a reply is repeated, so it must be idempotent. A call that fails for another reason is repeated for
 * each entry alone, so a bad entry does not fail others. So is a refused one if an earlier call had any of its entries, which may
 * have been done. Used on one event loop.
 *
 * @param <E> type of an entry
 * @param <R> type of the reply to one entry
 */
final class GroupCommit<E, R> {

    static final int MAX_ENTRIES = 64;
    static final int MAX_BYTES = 256 << 10;

    /** Limit above which new entries fail at once. */
    private static final int MAX_WAITING = 10_000;

    private static final long PAUSE_MILLIS = 100;
    private static final long REFUSED_PAUSE_MILLIS = 1_000;

    /** @param <R> type of the reply to one entry */
    interface Call<E, R> {

        /**
         * @param entries one or more
         * @param callers OpenTelemetry context of each entry
         * @return one reply for each entry
         */
        Future<List<R>> make(List<E> entries, List<Context> callers);
    }

    private final Vertx vertx;
    private final io.vertx.core.Context loop;
    private final CallTurns turns;
    private final Call<E, R> call;
    private final long patienceNanos;
    private final boolean evenIfRefused;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private boolean busy;
    private boolean closed;

    private final class Waiting {
        final E entry;
        final int bytes;
        final Context caller = Context.current();
        final Promise<R> reply = VertxInternals.promise(vertx);
        final long deadline = System.nanoTime() + patienceNanos;
        boolean again;
        boolean alone;

        private Waiting(E entry, int bytes) {
            this.entry = entry;
            this.bytes = bytes;
        }
    }

    /**
     * @param turns of the group commits whose calls take turns with those of this one
     * @param patience how long after its addition an entry is retried
     * @param evenIfRefused whether a refused call is retried too, about once a second
     */
    GroupCommit(Vertx vertx, CallTurns turns, Duration patience, boolean evenIfRefused, Call<E, R> call) {
        this.vertx = vertx;
        this.turns = turns;
        this.loop = VertxInternals.current(vertx);
        this.call = call;
        this.patienceNanos = patience.toNanos();
        this.evenIfRefused = evenIfRefused;
    }

    /**
     * Adds an entry to the next call, for the current OpenTelemetry context.
     *
     * @param bytes approximate size of the entry
     * @return the reply to the entry, on the current Vert.x context
     */
    Future<R> add(E entry, int bytes) {
        if (waiting.size() >= MAX_WAITING) {
            return Future.failedFuture(
                    new RedisUnavailableException(MAX_WAITING + " calls already wait for Redis", null));
        }
        Waiting added = new Waiting(entry, bytes);
        waiting.add(added);
        later();
        return added.reply.future();
    }

    /** Stops retries of calls without a reply. */
    void close() {
        closed = true;
    }

    /** Schedules a call after this turn of the event loop, which may add more entries. */
    private void later() {
        if (!busy && !waiting.isEmpty()) {
            busy = true;
            VertxInternals.run(loop, () -> turns.take(turn -> loop.runOnContext(v -> flush(turn))));
        }
    }

    private void flush(CallTurns.Turn turn) {
        List<Waiting> group = new ArrayList<>();
        int bytes = 0;
        while (!waiting.isEmpty() && fits(group, bytes, waiting.peek())) {
            bytes += waiting.peek().bytes;
            group.add(waiting.poll());
        }
        make(group).onComplete(replies -> {
            turn.end();
            if (replies.succeeded()) {
                for (int i = 0; i < group.size(); i++) {
                    group.get(i).reply.complete(replies.result().get(i));
                }
                next();
            } else {
                failed(group, replies.cause());
            }
        });
    }

    private Future<List<R>> make(List<Waiting> group) {
        try {
            return call.make(
                            group.stream().map(one -> one.entry).toList(),
                            group.stream().map(one -> one.caller).toList())
                    .expecting(replies -> replies.size() == group.size());
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private boolean fits(List<Waiting> group, int bytes, Waiting next) {
        return group.isEmpty()
                || group.size() < MAX_ENTRIES && bytes + next.bytes <= MAX_BYTES && !next.alone && !group.get(0).alone;
    }

    private void next() {
        busy = false;
        later();
    }

    private void failed(List<Waiting> group, Throwable cause) {
        boolean wrongType = PartitionProbe.isWrongType(cause);
        boolean refused = cause instanceof RedisRefusedException && !wrongType;
        boolean again = refused ? evenIfRefused : cause instanceof RedisUnavailableException && !wrongType;
        boolean apart =
                !again && group.size() > 1 && (!refused || group.stream().anyMatch(one -> one.again));
        for (int i = group.size() - 1; i >= 0; i--) {
            Waiting one = group.get(i);
            if (again || apart) {
                one.again = true;
                one.alone |= apart;
                waiting.addFirst(one);
            } else {
                one.reply.fail(cause);
            }
        }
        if (!again) {
            next();
            return;
        }
        long now = System.nanoTime();
        waiting.removeIf(one -> {
            boolean over = closed || one.deadline - now <= 0;
            if (over) {
                one.reply.fail(cause);
            }
            return over;
        });
        long pause = Backoff.around(PAUSE_MILLIS);
        VertxInternals.setTimer(loop, pause + (refused ? REFUSED_PAUSE_MILLIS : 0), this::next);
    }
}
