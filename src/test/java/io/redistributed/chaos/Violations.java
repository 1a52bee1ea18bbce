package io.redistributed.chaos;

import java.util.ArrayList;
import java.util.List;

/** Violations of guarantees, and separately those that are explained by unreplicated writes of a lost master. */
final class Violations {

    private final List<String> ours = new ArrayList<>();
    private final List<String> byReplication = new ArrayList<>();
    private final Unreplicated unreplicated;

    Violations(Unreplicated unreplicated) {
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
        (report != null && unreplicated.reports().contains(report) ? byReplication : ours).add(violation);
    }

    /** A report that was accepted is not stored. */
    void addMissing(String report) {
        (unreplicated.submitted().contains(report) ? byReplication : ours)
                .add("LOST: report " + report + " was accepted and is not stored");
    }

    List<String> ours() {
        return ours;
    }

    List<String> byReplication() {
        return byReplication;
    }
}
