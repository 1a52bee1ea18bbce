package io.redistributed.load;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * Counts the outcomes of a run. Latencies and most counts cover reports due within the measured time; errors count whenever
 * they happen. Thread-safe.
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

    /** Counts a due report that the generator picked up, whether or not a client is free to send it. */
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

    /** Counts a report whose end a client has seen. */
    void awaited(long due) {
        if (isMeasured(due)) {
            awaited.increment();
            done.record(System.nanoTime() - due);
        }
    }

    /** Counts an ended report with its times by Redis' clock. */
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

    /** Counts and records a fault. */
    void wrong(String fault) {
        wrong.increment();
        synchronized (faults) {
            if (faults.size() < MAX_FAULTS) {
                faults.add(fault);
            }
        }
    }

    /** Returns the first faults recorded. */
    List<String> faults() {
        synchronized (faults) {
            return List.copyOf(faults);
        }
    }

    /** Times from stored to ended by Redis' clock, in ms, of all ended reports. */
    Histogram stored() {
        synchronized (stored) {
            return stored.copy();
        }
    }

    /** Returns reports completed per second, from the first stored to the last ended by Redis' clock; 0 without any. */
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
