package io.redistributed.api.http;

import io.redistributed.api.HttpVerticle;
import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Limits concurrent expensive reads of one kind. Excess reads wait in a bounded queue and are dropped when their
 * clients disconnect. Shared by all instances of {@link HttpVerticle}; thread-safe.
 */
public final class CostlyReads {

    private static final String KEY = CostlyReads.class.getName();
    private static final int MAX_RUNNING = 4;
    private static final int MAX_WAITING = 256;

    private final MemoryBudget budget;
    private final Set<Read> waiting = new LinkedHashSet<>();
    private int running;

    private CostlyReads(MemoryBudget budget) {
        this.budget = budget;
    }

    /** @param kind of reads that share a limit */
    public static CostlyReads of(Vertx vertx, String kind) {
        return NodeContext.of(vertx).get(CostlyReads.class, kind, () -> new CostlyReads(MemoryBudget.of(vertx)));
    }

    /**
     * Answers a request with JSON, or with the content type that {@code body} sets.
     *
     * @param body called on the request's context when its turn comes
     */
    public void answer(RoutingContext routing, Supplier<Future<Buffer>> body) {
        Read read = new Read(routing, body);
        routing.put(KEY, read);
        if (!enter(read)) {
            routing.fail(new ProblemException(503, "too many reads are waiting; retry later"));
        }
        RequestEnd.of(routing).onComplete(ended -> leave(read));
    }

    /**
     * Reserves the memory of a large response before it is built. Call it within the body of a read, on any thread.
     *
     * @param bytes estimated size of the response
     * @throws ProblemException (503) if the budget is exhausted
     */
    public static void reserve(RoutingContext routing, long bytes) {
        routing.<Read>get(KEY).reserve(bytes);
    }

    private synchronized boolean enter(Read read) {
        if (running == MAX_RUNNING) {
            return waiting.size() < MAX_WAITING && waiting.add(read);
        }
        running++;
        read.begin();
        return true;
    }

    private synchronized void leave(Read read) {
        waiting.remove(read);
    }

    private synchronized void next() {
        if (waiting.isEmpty()) {
            running--;
            return;
        }
        Read first = waiting.iterator().next();
        waiting.remove(first);
        first.begin();
    }

    private final class Read {

        private final Context context;
        private final RoutingContext routing;
        private final Supplier<Future<Buffer>> body;
        private Runnable release = () -> {};

        private Read(RoutingContext routing, Supplier<Future<Buffer>> body) {
            this.context = routing.vertx().getOrCreateContext();
            this.routing = routing;
            this.body = body;
        }

        private void begin() {
            context.runOnContext(turn -> {
                Future<Buffer> read =
                        routing.response().closed() ? Future.failedFuture("the client disconnected") : run();
                read.onComplete(done -> next())
                        .compose(this::send)
                        .onComplete(sent -> release.run())
                        .onFailure(routing::fail);
            });
        }

        private Future<Buffer> run() {
            try {
                return body.get();
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            }
        }

        private void reserve(long bytes) {
            release.run();
            release = budget.reserve(bytes);
        }

        private Future<Void> send(Buffer bytes) {
            reserve(bytes.length());
            if (!routing.response().headers().contains("content-type")) {
                routing.response().putHeader("content-type", "application/json");
            }
            return routing.response().end(bytes);
        }
    }
}
