package io.redistributed.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ScalingTest {

    @Test
    void documentHasCalculatedTables() throws IOException {
        String paper = Files.readString(Path.of("docs/scaling.md"));

        for (String table : new Scaling().tables().split("\n\n")) {
            assertThat(paper).contains(table.strip());
        }
    }

    @Test
    void capacityIsProportionalToSpeed() {
        assertThat(new Scaling("redis=100").tables()).contains("| 70.0% | 7,000 |");
        assertThat(new Scaling("redis=50").tables()).contains("| 70.0% | 14,000 |");
    }

    /** From tables of Erlang's formula C: 10 servers, 7 of them busy on average, make 22.2% of all wait. */
    @Test
    void slotWaitFollowsErlangC() {
        assertThat(new Scaling("slots=5", "seconds=1000").tables()).contains("| 10 | 73.9 |");
    }

    @Test
    void rejectsInvalidArguments() {
        assertThatThrownBy(() -> new Scaling("cores=3"))
                .hasMessageContaining("cores=3")
                .hasMessageContaining("redis, redisSpread");
        assertThatThrownBy(() -> new Scaling("redis=-1")).hasMessageContaining("NAME=NUMBER");
    }
}
