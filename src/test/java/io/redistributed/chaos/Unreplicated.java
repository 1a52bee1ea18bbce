package io.redistributed.chaos;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Data that Redis has lost with a master before it was replicated. Safe to use from any thread.
 *
 * @param reports ids of reports with lost data
 * @param submitted ids of reports that were lost as a whole
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
