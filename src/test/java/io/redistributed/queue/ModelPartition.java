package io.redistributed.queue;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The reports and workers of a {@link QueueModel}. Leases, the waiting order and free slots are derived from the
 * reports and not stored.
 */
final class ModelPartition {

    /** A registered worker. While it is not listed it gets no messages; its next heartbeat lists it again. */
    static final class Worker {
        final String name;
        int slots;
        /** In order. */
        List<String> types = List.of();

        boolean listed;
        /** Of the latest message to it. */
        long sequence;

        long lastHeartbeat;

        Worker(String name) {
            this.name = name;
        }

        String typeSet() {
            return String.join(",", types);
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

    /** Those of these types in their order; of those with the same place the first type comes first. */
    Stream<ModelReport> waiting(Collection<String> types) {
        return waiting().stream()
                .filter(report -> types.contains(report.request.type()))
                .sorted(comparing(ModelReport::place).thenComparing(report -> report.request.type()));
    }

    List<ModelReport> leasedTo(String worker) {
        return first(Integer.MAX_VALUE, report -> report.isLeasedTo(worker), report -> 0L);
    }

    List<ModelReport> delayedUntil(long time, int most) {
        return first(most, r -> r.isDelayed() && r.due <= time, r -> r.due);
    }

    /** Returns a new list; equal elements are ordered by id. */
    private List<ModelReport> first(int most, Predicate<ModelReport> which, Function<ModelReport, Long> order) {
        return reports.values().stream()
                .filter(which)
                .sorted(comparing(order).thenComparing(ModelReport::id))
                .limit(most)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    int free(Worker worker) {
        return worker.slots - leasedTo(worker.name).size();
    }

    boolean hasFreeSlot(String worker) {
        return workers.containsKey(worker) && free(workers.get(worker)) > 0;
    }

    /** Those with the most free slots first; of equals the first type set, of its workers the last by name. */
    List<Worker> free(String type) {
        Comparator<Worker> byFreeSlots = comparing(this::free);
        return workers.values().stream()
                .filter(worker -> worker.listed && worker.types.contains(type) && hasFreeSlot(worker.name))
                .sorted(byFreeSlots
                        .reversed()
                        .thenComparing(Worker::typeSet)
                        .thenComparing(worker -> worker.name, Comparator.reverseOrder()))
                .toList();
    }

    /** Workers with the oldest heartbeats first. */
    List<Worker> silentSince(long time, int most) {
        return workers.values().stream()
                .filter(worker -> worker.lastHeartbeat <= time)
                .sorted(comparing((Worker worker) -> worker.lastHeartbeat).thenComparing(worker -> worker.name))
                .limit(most)
                .toList();
    }
}
