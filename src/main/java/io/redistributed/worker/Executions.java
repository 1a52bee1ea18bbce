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
 * The attempts that a worker runs, and those of late, so that a message that is published twice is run once. Used on one
 * event loop.
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

    /** False if this attempt is not to be run: it has been here before, or was taken back on its way. */
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

    /** Attempts that must not be run if their messages should still come. */
    void refuse(Collection<String> keys) {
        known.addAll(keys);
    }

    boolean isRunning(String key) {
        return running.containsKey(key);
    }

    /** Stops an attempt, by its key, if it is running. */
    void cancel(String key) {
        Execution execution = running.get(key);
        if (execution != null) {
            execution.cancel();
        }
    }

    /** Stops all that runs. */
    void cancelAll() {
        List.copyOf(running.values()).forEach(Execution::cancel);
    }

    /** Of attempts that are no longer ours, by their keys, those of which this was not known. */
    List<String> newlyLost(Collection<String> keys) {
        return keys.stream()
                .filter(key -> running.containsKey(key) && running.get(key).lost())
                .toList();
    }

    List<RunningAttempt> running() {
        return running.values().stream().map(Execution::running).toList();
    }
}
