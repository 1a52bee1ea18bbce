package io.redistributed.generate.summary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bounds of memory. */
class GrouperTest {

    private static final long BUDGET = 4_000_000;

    @Test
    void longKeysAreBounded() {
        assertTooLong(rows(1_000, i -> i + "ы".repeat(4_208) + ",1"));
        assertThat(group(rows(10_000, i -> i % 10 + "ы".repeat(4_208) + ",1")).distinct())
                .isEqualTo(10);
    }

    @Test
    void longSumsAreBounded() {
        assertTooLong(rows(7_000, i -> i / 2 + (i % 2 == 0 ? ",1e300" : ",1e-300")));
        assertThat(group(rows(7_000, i -> i / 2 + ",1")).distinct()).isEqualTo(3_500);
    }

    private static String rows(int count, IntFunction<String> row) {
        return IntStream.range(0, count).mapToObj(row).collect(Collectors.joining("\n"));
    }

    private static Grouping group(String rows) {
        CsvBytes csv = Csv.of(("k,v\n" + rows).getBytes(UTF_8));
        Grouping.Query query = new Grouping.Query("k", "v", null, null, 10);
        return Grouper.group(csv, Layout.of(csv, ',', true), query, new Budget(BUDGET), done -> {});
    }

    private static void assertTooLong(String rows) {
        assertThatThrownBy(() -> group(rows))
                .isInstanceOf(CsvException.class)
                .hasMessage("column 'k' has too many or too long different values: they do not fit into the memory"
                        + " of a report");
    }
}
