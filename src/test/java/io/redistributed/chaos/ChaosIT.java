package io.redistributed.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code scripts/chaos.sh} runs longer. */
class ChaosIT {

    @Test
    void noAcceptedReportIsLostWhateverDies() throws Exception {
        ChaosOptions options = new ChaosOptions(
                Duration.ofSeconds(40),
                Chaos.newSeed(),
                Faults.usual(),
                Duration.ofSeconds(3),
                40,
                Chaos.jar(),
                Chaos.newFolder());
        assertThat(ChaosRun.run(options)).as(options.command()).isEmpty();
    }
}
