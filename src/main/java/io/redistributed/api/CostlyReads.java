package io.redistributed.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Runs a few costly reads of one kind at a time; a bounded number of others wait, and are dropped when their clients leave.
 * Shared by all instances of the {@link HttpVerticle}; safe to use from any thread.
 */
final class CostlyReads implements Shareable {

    private static final String MAP = "io.redistributed.api.reads";
    private static final int MAX_RUNNING = 4;
    private static final int MAX_WAITING = 256;

    private final MemoryBudget budget;
    private final Set<Read> waiting = new LinkedHashSet<>();
    private int running;

    private CostlyReads(MemoryBudget budget) {
        this.budget = budget;
    }

    /** @param kind of reads that compete with each other */
    static CostlyReads of(Vertx vertx, String kind) {
        LocalMap<String, CostlyReads> map = vertx.sharedData().getLocalMap(MAP);
        return map.computeIfAbsent(kind, first -> new CostlyReads(MemoryBudget.of(vertx)));
    }

    /**
     * Answers a request with JSON, or with another content type that {@code body} has set.
     *
     * @param body called when it is the request's turn, on its context
     */
    void answer(RoutingContext routing, Supplier<Future<Buffer>> body) {
        Read read = new Read(routing, body);
        if (!enter(read)) {
            routing.fail(new ProblemException(503, "too many reads wait for their turn already; try again later"));
        }
        RequestEnd.of(routing).onComplete(ended -> leave(read));
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

        private Read(RoutingContext routing, Supplier<Future<Buffer>> body) {
            this.context = routing.vertx().getOrCreateContext();
            this.routing = routing;
            this.body = body;
        }

        private void begin() {
            context.runOnContext(turn -> {
                Future<Buffer> read = routing.response().closed() ? Future.failedFuture("the client left") : run();
                read.onComplete(done -> next()).compose(this::send).onFailure(routing::fail);
            });
        }

        private Future<Buffer> run() {
            try {
                return body.get();
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            }
        }

        private Future<Void> send(Buffer bytes) {
            Runnable release = budget.reserve(bytes.length());
            if (!routing.response().headers().contains("content-type")) {
                routing.response().putHeader("content-type", "application/json");
            }
            return routing.response().end(bytes).onComplete(sent -> release.run());
        }
    }
}
