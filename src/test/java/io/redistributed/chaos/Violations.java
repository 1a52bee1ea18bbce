package io.redistributed.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is wrong; apart from it what would be, had not Redis lost with a master what that had not replicated yet. */
final class Violations {

    private final List<String> ours = new ArrayList<>();
    private final List<String> byReplication = new ArrayList<>();
    private final Set<String> unreplicated;

    /** @param unreplicated ids of reports of which something was lost that way */
    Violations(Set<String> unreplicated) {
        this.unreplicated = unreplicated;
    }

    void add(String violation) {
        ours.add(violation);
    }

    void addAll(List<String> violations) {
        ours.addAll(violations);
    }

    /** @param report id of the one that it is about; null if it has none */
    void add(String report, String violation) {
        (report != null && unreplicated.contains(report) ? byReplication : ours).add(violation);
    }

    List<String> ours() {
        return ours;
    }

    List<String> byReplication() {
        return byReplication;
    }
}
