package io.redistributed.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The options of a run.
 *
 * @param topology of Redis
 * @param partitions of the queue
 * @param length duration of load and faults, or {@link #EACH_FAULT_ONCE}, without the start, the wait for the last reports and the stop
 * @param seed seed of all random choices
 * @param faults faults to inject
 * @param lease the queue's
 * @param rate reports a second
 * @param inBulk whether there are too many reports for their traces to be kept
 * @param jar the service
 * @param folder for configuration, logs and journals
 */
record ChaosOptions(
        Topology topology,
        int partitions,
        Duration length,
        long seed,
        List<Fault> faults,
        Duration lease,
        int rate,
        boolean inBulk,
        Path jar,
        Path folder) {

    /** Instead of a length: the faults come one after the other, in their order. */
    static final Duration EACH_FAULT_ONCE = Duration.ZERO;

    /** The command that does the same again, as far as chance is concerned. */
    String command() {
        if (length.equals(EACH_FAULT_ONCE)) {
            return "scripts/upgrade.sh";
        }
        String script = topology == Topology.HOSTS
                ? "scripts/hosts.sh"
                : "scripts/chaos.sh --topology " + topology + " --partitions " + partitions;
        return script + " " + length.toSeconds() + " " + seed
                + " " + faults.stream().map(Fault::name).collect(Collectors.joining(",")) + " " + lease.toSeconds()
                + " " + rate;
    }
}
