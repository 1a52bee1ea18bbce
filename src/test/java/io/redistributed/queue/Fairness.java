package io.redistributed.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that owners take turns: while a report of one owner waits that a worker could start, no other owner gets a second
 * report of that worker, or of one like it, before the first has got one.
 */
final class Fairness {

    /** By owner that waits: those that have got a report instead since it got one. */
    private final Map<String, Set<String>> preferred = new HashMap<>();

    /** @param waiting the reports of which the worker could start any, with this one */
    void starts(ModelReport report, List<ModelReport> waiting) {
        waiting.stream()
                .map(ModelReport::owner)
                .filter(owner -> !owner.equals(report.owner()))
                .distinct()
                .forEach(owner -> assertThat(preferred
                                .computeIfAbsent(owner, first -> new HashSet<>())
                                .add(report.owner()))
                        .as("'%s' gets %s before '%s' gets one", report.owner(), report.id(), owner)
                        .isTrue());
        preferred.remove(report.owner());
    }

    /** Forgets the owners that do not wait. */
    void onlyThese(Collection<String> owners) {
        preferred.keySet().retainAll(owners);
    }
}
