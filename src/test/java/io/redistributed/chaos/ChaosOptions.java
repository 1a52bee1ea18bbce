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
 * @param length duration of load and faults, without the start, the wait for the last reports and the stop
 * @param seed seed of all random choices
 * @param faults faults to inject
 * @param lease the queue's
 * @param rate reports a second
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
        Path jar,
        Path folder) {

    /** The command that does the same again, as far as chance is concerned. */
    String command() {
        return "scripts/chaos.sh --topology " + topology + " --partitions " + partitions + " " + length.toSeconds()
                + " " + seed
                + " " + faults.stream().map(Fault::name).collect(Collectors.joining(",")) + " " + lease.toSeconds()
                + " " + rate;
    }
}
