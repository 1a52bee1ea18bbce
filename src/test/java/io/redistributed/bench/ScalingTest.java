package io.redistributed.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ScalingTest {

    private static final Path DOCUMENT = Path.of("docs/scaling.md");

    @Test
    void documentHasCalculatedTables() throws IOException {
        String document = Files.readString(DOCUMENT);

        List<String> tables = List.of(new Scaling().tables().split("\n\n"));
        assertThat(tables).hasSizeGreaterThan(3).allSatisfy(table -> assertThat(document)
                .contains(table.strip()));
    }

    @Test
    void documentHasInputs() throws IOException {
        Pattern row = Pattern.compile("(?m)^\\| (`\\w+`(?:, `\\w+`)*) \\| ([\\d.,]+(?:, [\\d.,]+)*) \\|");
        List<String> inputs = new ArrayList<>();
        row.matcher(Files.readString(DOCUMENT)).results().forEach(found -> {
            String[] names = found.group(1).replace("`", "").split(", ");
            String[] values = found.group(2).split(", ");
            for (int i = 0; i < names.length; i++) {
                inputs.add(names[i] + "=" + values[i].replace(",", ""));
            }
        });

        assertThat(inputs).hasSize(13);
        assertThat(new Scaling(inputs.toArray(String[]::new)).tables()).isEqualTo(new Scaling().tables());
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
