package io.redistributed.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code scripts/chaos.sh} runs longer. */
class ChaosIT {

    @Test
    void losesNoAcceptedReportInStandaloneMode() throws Exception {
        assertNothingIsLost(Topology.STANDALONE, "usual", 15);
    }

    @Test
    void losesNoAcceptedReportInSentinelFailover() throws Exception {
        assertNothingIsLost(Topology.SENTINEL, "kill-master,kill-worker", 9);
    }

    @Test
    void losesNoAcceptedReportWithClusterNode() throws Exception {
        assertNothingIsLost(Topology.CLUSTER, "kill-master,failover,kill-worker", 9);
    }

    private static void assertNothingIsLost(Topology topology, String faults, int seconds) throws Exception {
        ChaosOptions options = new ChaosOptions(
                topology,
                topology.masters(),
                Duration.ofSeconds(seconds),
                Chaos.newSeed(),
                Faults.named(faults, topology),
                Duration.ofSeconds(3),
                40,
                false,
                Chaos.jar(),
                Chaos.newFolder());
        assertThat(ChaosRun.run(options)).as(options.command()).isEmpty();
    }
}
