package io.redistributed.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run is made of.
 *
 * @param topology of Redis
 * @param partitions of the queue
 * @param length how long there is load and faults; starting, waiting for the last reports and stopping come on top
 * @param seed all chance is drawn from it
 * @param faults those to use
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
