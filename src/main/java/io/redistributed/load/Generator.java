package io.redistributed.load;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;

/** Generates one event loop's share of the load. A verticle, so that it owns an event loop. */
final class Generator extends VerticleBase {

    private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;

    private final Schedule schedule;
    private final Journey journey;
    private final Tally tally;
    private final Clients clients;
    private final long start;
    private final long end;
    private final Promise<Void> idle = Promise.promise();
    private Thread thread;
    private boolean stopping;

    /**
     * @param schedule of an open loop
     * @param start by {@link System#nanoTime}, like the end
     */
    Generator(Schedule schedule, Journey journey, Tally tally, Clients clients, long start, long end) {
        this.schedule = schedule;
        this.journey = journey;
        this.tally = tally;
        this.clients = clients;
        this.start = start;
        this.end = end;
    }

    @Override
    public Future<?> start() {
        thread = Thread.currentThread();
        return Future.succeededFuture();
    }

    /** Returns the event-loop thread; set once deployed. */
    Thread thread() {
        return thread;
    }

    Context context() {
        return context;
    }

    /** Sends every {@code step}-th report of the schedule between the two indices. Thread-safe. */
    void due(long first, long to, int step) {
        context.runOnContext(now -> {
            for (long i = first; i < to; i += step) {
                send(start + schedule.at(i));
            }
        });
    }

    /** Starts the clients of a closed loop. Thread-safe. */
    void loop(int count) {
        context.runOnContext(now -> {
            for (int i = 0; i < count; i++) {
                clients.acquire().onSuccess(this::next).onFailure(this::cannotConnect);
            }
        });
    }

    /** Stops sending and completes when every request has its response. Thread-safe. */
    Future<Void> drain() {
        context.runOnContext(now -> {
            stopping = true;
            completeIfIdle();
        });
        return idle.future();
    }

    private void send(long due) {
        tally.reached(due);
        if (clients.areAllBusy()) {
            tally.notSent(due);
            return;
        }
        clients.acquire()
                .compose(client -> journey.go(client, due).onComplete(gone -> clients.release(client)))
                .onFailure(cause -> tally.wrong("cannot connect: " + cause.getMessage()))
                .onComplete(over -> completeIfIdle());
    }

    private void next(Client client) {
        long now = System.nanoTime();
        if (now - end >= 0 || !client.isOpen()) {
            clients.release(client);
            again();
        } else {
            journey.go(client, now).onComplete(gone -> next(client));
        }
    }

    private void again() {
        completeIfIdle();
        if (!stopping && System.nanoTime() - end < 0) {
            clients.acquire().onSuccess(this::next).onFailure(this::cannotConnect);
        }
    }

    private void cannotConnect(Throwable cause) {
        tally.wrong("cannot connect: " + cause.getMessage());
        vertx.timer(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS).onComplete(over -> again());
    }

    private void completeIfIdle() {
        if (stopping && clients.busy() == 0) {
            idle.tryComplete();
        }
    }
}
