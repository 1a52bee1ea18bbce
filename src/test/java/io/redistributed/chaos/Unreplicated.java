package io.redistributed.chaos;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What Redis has lost with a master, as it had not replicated it yet. Safe to use from any thread.
 *
 * @param reports ids of those of which something was lost
 * @param submitted of these, ids of those that were lost as a whole
 */
record Unreplicated(Set<String> reports, Set<String> submitted) {

    Unreplicated() {
        this(ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet());
    }

    void add(Unreplicated more) {
        reports.addAll(more.reports);
        submitted.addAll(more.submitted);
    }
}
