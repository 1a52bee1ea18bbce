package io.redistributed.worker;

import io.redistributed.queue.Attempt;
import io.redistributed.queue.RunningAttempt;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds the running attempts of a worker and the keys of recent ones, so that a message published twice runs once. Used
 * on one event loop.
 */
final class Executions {

    private static final int REMEMBERED = 10_000;

    private final Map<String, Execution> running = new LinkedHashMap<>();
    private final Set<String> known = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    /**
     * Adds an attempt. Returns false if it must not run: it was seen before, or the queue reclaimed it before it
     * arrived.
     */
    boolean add(Execution execution) {
        String key = execution.attempt().key();
        if (!known.add(key)) {
            return false;
        }
        running.put(key, execution);
        return true;
    }

    void remove(Attempt attempt) {
        running.remove(attempt.key());
    }

    /** Refuses attempts whose messages have not arrived yet. */
    void refuse(Collection<String> keys) {
        known.addAll(keys);
    }

    boolean isRunning(String key) {
        return running.containsKey(key);
    }

    /** Cancels the attempt with the given key if it is running. */
    void cancel(String key) {
        Execution execution = running.get(key);
        if (execution != null) {
            execution.cancel();
        }
    }

    /** Cancels all running attempts. */
    void cancelAll() {
        List.copyOf(running.values()).forEach(Execution::cancel);
    }

    /** Marks the given running attempts as lost and returns the keys of those that were not marked before. */
    List<String> newlyLost(Collection<String> keys) {
        return keys.stream()
                .filter(key -> running.containsKey(key) && running.get(key).lost())
                .toList();
    }

    /** Returns whether an attempt waits for a thread. */
    boolean haveWaiting() {
        return running.values().stream().anyMatch(Execution::isWaiting);
    }

    /** Returns whether an attempt has begun since a heartbeat listed it as waiting. */
    boolean haveBegunUnlisted() {
        return running.values().stream().anyMatch(Execution::hasBegunUnlisted);
    }

    boolean isEmpty() {
        return running.isEmpty();
    }

    /** Returns what the next heartbeat says of them. */
    List<RunningAttempt> toList() {
        return running.values().stream().map(Execution::toList).toList();
    }
}
