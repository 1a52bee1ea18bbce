package io.redistributed.load;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * What came of the requests of a run. Latencies and most counts are of the reports that were due within the measured time;
 * what is wrong counts whenever it happened. Safe to use from any thread.
 */
final class Tally {

    private static final int MAX_FAULTS = 10;

    final Latencies lag = new Latencies();
    final Latencies accept = new Latencies();
    final Latencies done = new Latencies();

    final LongAdder sent = new LongAdder();
    final LongAdder notSent = new LongAdder();
    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder completed = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder retried = new LongAdder();
    final LongAdder awaited = new LongAdder();
    final LongAdder resultsChecked = new LongAdder();
    final LongAdder tracesChecked = new LongAdder();
    final LongAdder wrong = new LongAdder();
    final LongAdder unverified = new LongAdder();
    final LongAdder lost = new LongAdder();

    private final long from;
    private final long to;
    private final List<String> faults = new ArrayList<>();
    private final Histogram stored = new Histogram(TimeUnit.HOURS.toMillis(24), Latencies.DIGITS);
    private long firstCreated = Long.MAX_VALUE;
    private long lastEnded = Long.MIN_VALUE;

    /**
     * Both by {@link System#nanoTime}.
     *
     * @param from start of the measured time
     */
    Tally(long from, long to) {
        this.from = from;
        this.to = to;
    }

    boolean isMeasured(long due) {
        return due - from >= 0 && due - to < 0;
    }

    /** The generator has come to a report that was due; if it has a client to spare, it sends it now. */
    void reached(long due) {
        if (isMeasured(due)) {
            lag.record(System.nanoTime() - due);
        }
    }

    void sent(long due) {
        count(sent, due);
    }

    void notSent(long due) {
        count(notSent, due);
    }

    void accepted(long due) {
        if (isMeasured(due)) {
            accepted.increment();
            accept.record(System.nanoTime() - due);
        }
    }

    void refused(long due) {
        count(refused, due);
    }

    /** The client has seen the end of a report. */
    void awaited(long due) {
        if (isMeasured(due)) {
            awaited.increment();
            done.record(System.nanoTime() - due);
        }
    }

    /** Counts a report that has ended, with its times by the clock of Redis. */
    void ended(boolean measured, JsonObject report) {
        if (!measured) {
            return;
        }
        (report.getString("state").equals("done") ? completed : failed).increment();
        if (report.getInteger("attempt") > 1) {
            retried.increment();
        }
        long created = millis(report.getString("created"));
        long ended = millis(report.getString("ended"));
        synchronized (stored) {
            stored.recordValue(Math.min(Math.max(0, ended - created), stored.getHighestTrackableValue()));
            firstCreated = Math.min(firstCreated, created);
            lastEnded = Math.max(lastEnded, ended);
        }
    }

    /** Something is not as it should be. */
    void wrong(String fault) {
        wrong.increment();
        synchronized (faults) {
            if (faults.size() < MAX_FAULTS) {
                faults.add(fault);
            }
        }
    }

    /** The first that were told of. */
    List<String> faults() {
        synchronized (faults) {
            return List.copyOf(faults);
        }
    }

    /** From stored to ended by the clock of Redis, in ms, of all reports that have ended. */
    Histogram stored() {
        synchronized (stored) {
            return stored.copy();
        }
    }

    /** Reports completed a second, from the first one stored to the last one ended, by the clock of Redis; 0 if none was. */
    double completedPerSecond() {
        synchronized (stored) {
            double seconds = Math.max(1, lastEnded - firstCreated) / 1000.0;
            return completed.sum() == 0 ? 0 : completed.sum() / seconds;
        }
    }

    private void count(LongAdder counter, long due) {
        if (isMeasured(due)) {
            counter.increment();
        }
    }

    private static long millis(String time) {
        return Instant.parse(time).toEpochMilli();
    }
}
