package io.redistributed.queue;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The reports and workers of a {@link QueueModel}. Who holds what, who waits in which order and how many slots are free
 * follows from the reports and is not kept beside them.
 */
final class ModelLane {

    /** A worker that has told of itself. While it is not listed it gets no messages; its next beat lists it again. */
    static final class Worker {
        final String name;
        int slots;
        boolean listed;
        /** Of the latest message to it. */
        long sequence;

        long lastBeat;

        Worker(String name) {
            this.name = name;
        }
    }

    final SortedMap<String, ModelReport> reports = new TreeMap<>();
    final SortedMap<String, Worker> workers = new TreeMap<>();

    Optional<ModelReport> find(String id) {
        return Optional.ofNullable(reports.get(id));
    }

    List<ModelReport> waiting() {
        return first(Integer.MAX_VALUE, ModelReport::isWaiting, ModelReport::place);
    }

    List<ModelReport> heldBy(String worker) {
        return first(Integer.MAX_VALUE, report -> report.isHeldBy(worker), report -> 0L);
    }

    List<ModelReport> leasedUntil(long time, int most) {
        return first(most, r -> r.state == ReportState.RUNNING && r.leasedUntil <= time, r -> r.leasedUntil);
    }

    List<ModelReport> delayedUntil(long time, int most) {
        return first(most, r -> r.isDelayed() && r.due <= time, r -> r.due);
    }

    /** A list of its own; of equals those that come first by id. */
    private List<ModelReport> first(int most, Predicate<ModelReport> which, Function<ModelReport, Long> order) {
        return reports.values().stream()
                .filter(which)
                .sorted(comparing(order).thenComparing(ModelReport::id))
                .limit(most)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    int free(Worker worker) {
        return worker.slots - heldBy(worker.name).size();
    }

    boolean hasFreeSlot(String worker) {
        return workers.containsKey(worker) && free(workers.get(worker)) > 0;
    }

    /** Of equals the last by name. */
    Optional<Worker> listedWithMostFreeSlots() {
        Comparator<Worker> byFreeSlots = comparing(this::free);
        return workers.values().stream()
                .filter(worker -> worker.listed && hasFreeSlot(worker.name))
                .max(byFreeSlots.thenComparing(worker -> worker.name));
    }

    /** Those silent for the longest. */
    List<Worker> silentSince(long time, int most) {
        return workers.values().stream()
                .filter(worker -> worker.lastBeat <= time)
                .sorted(comparing((Worker worker) -> worker.lastBeat).thenComparing(worker -> worker.name))
                .limit(most)
                .toList();
    }
}
