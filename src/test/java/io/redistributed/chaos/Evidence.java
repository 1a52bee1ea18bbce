package io.redistributed.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The records of a run, for the checks.
 *
 * @param orders the clients' log
 * @param executions by report id, in the order of their times
 * @param ends report id → how often it was seen to end
 * @param lives by name
 * @param stalls when the machine was too busy for one of the processes
 */
record Evidence(
        List<Order> orders,
        RedisState redis,
        Map<String, List<Execution>> executions,
        List<SpanLog.Seen> spans,
        Map<String, Integer> ends,
        Map<String, Life> lives,
        List<FaultLog.Entry> faults,
        Unreplicated unreplicated,
        List<FaultLog.Entry> stalls) {

    /** To be called when all processes have ended but Redis. */
    static Evidence of(List<Order> orders, OutcomeWatch watch, Cluster cluster, FaultLog faults, int partitions)
            throws IOException {
        List<Execution> executions = new ArrayList<>();
        List<FaultLog.Entry> stalls = new ArrayList<>();
        for (Life life : cluster.lives()) {
            Journal journal = Journal.of(life);
            executions.addAll(journal.executions());
            stalls.addAll(journal.stalls());
        }
        executions.sort(Comparator.comparingLong(Execution::nanos));
        return new Evidence(
                orders,
                RedisState.read(cluster.redis(), partitions),
                executions.stream().collect(Collectors.groupingBy(Execution::id)),
                cluster.spans().all(),
                watch.ends(),
                cluster.lives().stream().collect(Collectors.toMap(Life::name, life -> life)),
                faults.entries(),
                faults.unreplicated(),
                stalls);
    }

    Life life(long pid) {
        return lives.values().stream()
                .filter(life -> life.process().pid() == pid)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no process of ours was " + pid));
    }

    List<Order> accepted() {
        return orders.stream().filter(Order::isAccepted).toList();
    }
}
