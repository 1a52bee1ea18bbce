package io.redistributed.queue;

import io.opentelemetry.context.Context;
import io.redistributed.redis.RedisRefusedException;
import io.redistributed.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes one call of what several callers ask for: at most one is under way, and what is asked for meanwhile forms the next
 * one. An idle system makes a call for each; under load the calls grow by themselves, up to {@value #MAX_ENTRIES} entries
 * and {@value #MAX_BYTES} bytes, but for an entry that is larger alone.
 *
 * <p>A call that Redis has not answered is made again, so it must do no more when it is made twice. One that fails for another
 * reason is made again for each entry, so that none fails on account of others. Used on one event loop.
 *
 * @param <E> an entry
 * @param <R> the reply to it
 */
final class GroupCommit<E, R> {

    static final int MAX_ENTRIES = 64;
    static final int MAX_BYTES = 256 << 10;

    /** Beyond that, new entries fail at once. */
    private static final int MAX_WAITING = 10_000;

    private static final long PAUSE_MILLIS = 100;
    private static final long REFUSED_PAUSE_MILLIS = 1_000;

    /** @param <R> the reply to one entry */
    interface Call<E, R> {

        /**
         * @param entries one or more
         * @param callers the OpenTelemetry context of each entry
         * @param again whether a call with any of the entries was made before
         * @return a reply for each
         */
        Future<List<R>> make(List<E> entries, List<Context> callers, boolean again);
    }

    private final Vertx vertx;
    private final ContextInternal loop;
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
        final Promise<R> reply = ((ContextInternal) vertx.getOrCreateContext()).promise();
        final long deadline = System.nanoTime() + patienceNanos;
        boolean again;
        boolean alone;

        private Waiting(E entry, int bytes) {
            this.entry = entry;
            this.bytes = bytes;
        }
    }

    /**
     * @param patience how long after an entry was added a call with it is made again
     * @param evenIfRefused whether it is made again also if Redis refuses it for now, about once a second
     */
    GroupCommit(Vertx vertx, Duration patience, boolean evenIfRefused, Call<E, R> call) {
        this.vertx = vertx;
        this.loop = ((ContextInternal) vertx.getOrCreateContext()).unwrap();
        this.call = call;
        this.patienceNanos = patience.toNanos();
        this.evenIfRefused = evenIfRefused;
    }

    /**
     * Adds an entry to the next call, for the current OpenTelemetry context.
     *
     * @param bytes about how large the entry is
     * @return the reply, on the current Vert.x context
     */
    Future<R> add(E entry, int bytes) {
        if (waiting.size() >= MAX_WAITING) {
            return Future.failedFuture(
                    new RedisUnavailableException(MAX_WAITING + " calls of Redis wait for their turn already", null));
        }
        Waiting added = new Waiting(entry, bytes);
        waiting.add(added);
        later();
        return added.reply.future();
    }

    /** Calls that are not answered from now on are not made again. */
    void close() {
        closed = true;
    }

    /** When this turn of the event loop is over, as it may bring more entries. */
    private void later() {
        if (!busy && !waiting.isEmpty()) {
            busy = true;
            loop.runOnContext(v -> flush());
        }
    }

    private void flush() {
        List<Waiting> group = new ArrayList<>();
        int bytes = 0;
        while (!waiting.isEmpty() && fits(group, bytes, waiting.peek())) {
            bytes += waiting.peek().bytes;
            group.add(waiting.poll());
        }
        make(group).onComplete(replies -> {
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
                    group.stream().map(one -> one.caller).toList(),
                    group.stream().anyMatch(one -> one.again));
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
        boolean apart = !again && !refused && group.size() > 1;
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
        long pause = PAUSE_MILLIS / 2 + ThreadLocalRandom.current().nextLong(PAUSE_MILLIS);
        loop.setTimer(pause + (refused ? REFUSED_PAUSE_MILLIS : 0), id -> next());
    }
}
