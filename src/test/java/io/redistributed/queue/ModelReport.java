package io.redistributed.queue;

import io.redistributed.queue.Operation.Finish;
import io.redistributed.queue.Operation.Submit;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A report of the {@link QueueModel}. Its state determines its place, so it is in exactly one. Times are in ms, except
 * {@code created} in µs; null or 0 means unknown or never.
 */
final class ModelReport {

    private static final long HEAD_START_MICROS = 3_600_000_000L;

    final Submit request;
    long created;
    /** Null while it is on its way from one place to the next. */
    ReportState state;
    /** If queued: when to try again; null if it waits for a worker. */
    Long due;
    /** Current worker, or the worker at the end. */
    String worker;

    int attempt;
    Long started;
    Long deadline;
    boolean waiting;
    String progress;
    String previous;
    Long cancelled;
    int failures;
    int crashes;
    int undelivered;
    String error;
    final SortedMap<Integer, String> errors = new TreeMap<>();
    Long ended;

    ModelReport(Submit request, long created) {
        this.request = request;
        this.created = created;
    }

    String id() {
        return request.id();
    }

    String key() {
        return id() + "#" + attempt;
    }

    /** Empty for none. */
    String owner() {
        return id().contains("--") ? id().substring(id().indexOf("--") + 2) : "";
    }

    /** Where it waits. */
    String queue() {
        return (request.type() + " " + owner()).trim();
    }

    boolean isWaiting() {
        return state == ReportState.QUEUED && due == null;
    }

    boolean isDelayed() {
        return state == ReportState.QUEUED && due != null;
    }

    boolean isLeasedTo(String name) {
        return state == ReportState.RUNNING && worker.equals(name);
    }

    boolean isLeasedTo(String name, int number) {
        return isLeasedTo(name) && attempt == number;
    }

    /** Order of waiting reports: by creation, with one hour for each priority level. */
    long place() {
        return created - request.priority() * HEAD_START_MICROS;
    }

    /** Bytes: the request, and the input until it has led to a result. */
    long size() {
        int content =
                state == ReportState.DONE ? Finish.RESULT.length() : request.hasInput() ? Submit.INPUT.length() : 0;
        return headBytes() + content;
    }

    /** The block of the request and the time of creation, as text. */
    String head() {
        return new String(request.block().toBytes(), StandardCharsets.UTF_8) + "\ufffd" + created;
    }

    int headBytes() {
        return request.block().toBytes().length + 1 + String.valueOf(created).length();
    }

    void assign(String name, long now, long timeout, long lease) {
        state = ReportState.RUNNING;
        worker = name;
        attempt++;
        waiting = false;
        progress = null;
        started = now;
        deadline = now + (request.timeout() > 0 ? request.timeout() : timeout) + lease;
    }

    /** Time that its worker did not have. */
    void skip(long millis) {
        started += millis;
        deadline += millis;
    }

    /** After the clock was set back, the attempt started now. */
    void startBy(long now) {
        if (started > now) {
            deadline -= started - now;
            started = now;
        }
    }

    /** While it waits, and when it has waited, its time begins now. */
    void waits(boolean still, long now) {
        if (waiting || still) {
            deadline += now - started;
            started = now;
        }
        waiting = still;
    }

    void renew(String soFar) {
        if (soFar.equals("0.5")) {
            progress = soFar;
        }
    }

    /** Released by its worker; the next state follows. */
    void release() {
        state = null;
        deadline = null;
    }

    /** @param until null if it only waits for a worker */
    void queue(Long until) {
        state = ReportState.QUEUED;
        worker = null;
        due = until;
        waiting = false;
        progress = null;
    }

    void blame(String why) {
        error = why;
        errors.put(attempt, why);
    }

    void end(ReportState outcome, long now) {
        state = outcome;
        ended = now;
        if (outcome != ReportState.DONE) {
            waiting = false;
            progress = null;
        }
    }

    /** Reset for a retry, except for the numbers and errors of its attempts. */
    void revive() {
        failures = 0;
        crashes = 0;
        undelivered = 0;
        cancelled = null;
        error = null;
        ended = null;
    }
}
