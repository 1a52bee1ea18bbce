package io.redistributed.chaos;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One request of a client and its observations: a line of the clients' log. Written by one thread at a time, read by
 * any; times are by {@link System#nanoTime}, 0 for never.
 */
final class Order {

    /** The client sent the request, to that process. */
    record Try(Life api, long nanos) {}

    private final String key;
    private final Task task;
    private final List<Try> tries = new CopyOnWriteArrayList<>();

    private volatile String id;
    private volatile long ended;
    private volatile String state;
    private volatile String complaint = "";

    /** @param key its idempotency key */
    Order(String key, Task task) {
        this.key = key;
        this.task = task;
    }

    String key() {
        return key;
    }

    Task task() {
        return task;
    }

    void trying(Life api) {
        tries.add(new Try(api, System.nanoTime()));
    }

    List<Try> tries() {
        return tries;
    }

    /** The answer was a 202. */
    void accepted(String reportId) {
        id = reportId;
    }

    boolean isAccepted() {
        return id != null;
    }

    /** Null as long as no 202 came. */
    String id() {
        return id;
    }

    /** Returns whether the API has reported the end. */
    void ended(String endState) {
        state = endState;
        ended = System.nanoTime();
    }

    boolean hasEnded() {
        return ended != 0;
    }

    long endedNanos() {
        return ended;
    }

    /** The end reported by the API; null before. */
    String state() {
        return state;
    }

    /** Records an invalid response. */
    void complain(String about) {
        if (!about.isEmpty()) {
            complaint = about;
        }
    }

    /** Empty if there is none. */
    String complaint() {
        return complaint;
    }
}
