package io.redistributed.auth;

import io.redistributed.vertx.internal.NodeContext;
import io.vertx.core.Vertx;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What one caller uses of this node. Shared by all verticles of the node; thread-safe. */
public final class Usage {

    /** Callers that are remembered. The names of tokens are not known beforehand. */
    private static final int MAX_CALLERS = 10_000;

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final class All {

        private final Map<String, Usage> callers = new LinkedHashMap<>(16, 0.75f, true);

        private synchronized Usage get(String name) {
            Usage usage = callers.computeIfAbsent(name, first -> new Usage());
            // The longest unused first. One that is in use has its own limits, which bound its number.
            Iterator<Usage> oldest = callers.values().iterator();
            while (callers.size() > MAX_CALLERS && oldest.hasNext()) {
                if (oldest.next().isIdle()) {
                    oldest.remove();
                }
            }
            return usage;
        }
    }

    private double requests;
    private long refilled = System.nanoTime();
    private boolean isNew = true;
    private int streams;
    private int waits;
    private int reports;
    private long bytes;

    private Usage() {}

    public static Usage of(Vertx vertx, Caller caller) {
        return NodeContext.of(vertx).get(All.class, All::new).get(caller.name());
    }

    /** Counts a request. Returns false if there were too many. */
    public boolean request(Limits limits) {
        return request(limits, System.nanoTime());
    }

    synchronized boolean request(Limits limits, long now) {
        double burst = 2.0 * limits.requestsPerSecond();
        requests = isNew ? burst : Math.min(burst, requests + (now - refilled) / NANOS * limits.requestsPerSecond());
        isNew = false;
        refilled = now;
        if (requests < 1) {
            return false;
        }
        requests--;
        return true;
    }

    /** Counts an event stream until {@link #endStream}. Returns false at the limit. */
    public synchronized boolean startStream(Limits limits) {
        return streams < limits.streams() && ++streams > 0;
    }

    public synchronized void endStream() {
        streams--;
    }

    /** Counts a long poll until {@link #endWait}. Returns false at the limit. */
    public synchronized boolean startWait(Limits limits) {
        return waits < limits.waits() && ++waits > 0;
    }

    public synchronized void endWait() {
        waits--;
    }

    /** Returns whether the caller may submit a report. */
    public synchronized boolean hasRoom(Limits limits) {
        return reports < limits.unfinished() && bytes < limits.unfinishedBytes();
    }

    /**
     * Counts reports until {@link #endReport} of each. Returns false, and counts nothing, if there is no room.
     *
     * @param inputBytes of all
     */
    public synchronized boolean startReports(Limits limits, int number, long inputBytes) {
        if (!hasRoom(limits)) {
            return false;
        }
        reports += number;
        bytes += inputBytes;
        return true;
    }

    public synchronized void endReport(long inputBytes) {
        reports--;
        bytes -= inputBytes;
    }

    private synchronized boolean isIdle() {
        return streams == 0 && waits == 0 && reports == 0 && System.nanoTime() - refilled > NANOS;
    }
}
