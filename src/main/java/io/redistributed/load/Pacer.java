package io.redistributed.load;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Hands due reports to the generators, round robin. Runs on its own thread, because event-loop timers are late by up to a
 * millisecond, more than a fast service takes.
 */
final class Pacer {

    /** Shorter pauses cost more CPU than they gain in precision. */
    private static final long SHORTEST_PAUSE_NANOS = 100_000;

    private final Schedule schedule;
    private final List<Generator> generators;
    private final long start;
    private final long reports;
    private final Promise<Void> over = Promise.promise();

    /**
     * @param start by {@link System#nanoTime}
     * @param nanos duration
     */
    Pacer(Schedule schedule, List<Generator> generators, long start, long nanos) {
        this.schedule = schedule;
        this.generators = generators;
        this.start = start;
        this.reports = schedule.dueBefore(nanos);
    }

    /** Completes when the last report has been handed over. */
    Future<Void> start() {
        Thread thread = new Thread(this::run, "load-pacer");
        thread.setDaemon(true);
        thread.start();
        return over.future();
    }

    private void run() {
        long next = 0;
        while (next < reports) {
            long pause = start + schedule.at(next) - System.nanoTime();
            if (pause > 0) {
                LockSupport.parkNanos(Math.max(pause, SHORTEST_PAUSE_NANOS));
            }
            long due = Math.min(reports, schedule.dueBefore(System.nanoTime() - start));
            if (due > next) {
                tell(next, due);
                next = due;
            }
        }
        over.complete();
    }

    private void tell(long from, long to) {
        int turns = (int) Math.min(generators.size(), to - from);
        for (int turn = 0; turn < turns; turn++) {
            long first = from + turn;
            generators.get((int) (first % generators.size())).due(first, to, generators.size());
        }
    }
}
