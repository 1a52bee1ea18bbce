package io.redistributed.generate.summary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of memory. */
class GrouperTest {

    private static final long BUDGET = 4_000_000;

    private static final String TOO_LONG =
            "column 'k' has too many or too long different values: they do not fit into the memory of a report";

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

    /** With integers and fractions, one decimal mark has nothing to add up. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "1.5"})
    void oneReadingOfNumbersIsHeld(String number) {
        assertThat(group(rows(11_000, i -> i + "," + number)).distinct()).isEqualTo(11_000);
    }

    @Test
    void decimalMarkHalvesSumsOfAmbiguousNumbers() {
        String rows = rows(11_000, i -> i + ",1.500");

        assertThatThrownBy(() -> group(rows))
                .isInstanceOf(CsvException.class)
                .hasMessage(TOO_LONG + "; set the parameter 'decimal' to need less of it");
        assertThat(group(rows, DecimalMark.POINT).distinct()).isEqualTo(11_000);
    }

    private static String rows(int count, IntFunction<String> row) {
        return IntStream.range(0, count).mapToObj(row).collect(Collectors.joining("\n"));
    }

    private static Grouping group(String rows) {
        return group(rows, null);
    }

    private static Grouping group(String rows, DecimalMark mark) {
        CsvBytes csv = Csv.of(("k,v\n" + rows).getBytes(UTF_8));
        Grouping.Query query = new Grouping.Query("k", "v", null, mark, 10);
        return Grouper.group(csv, Layout.of(csv, ',', true), query, new Budget(BUDGET), done -> {});
    }

    private static void assertTooLong(String rows) {
        assertThatThrownBy(() -> group(rows)).isInstanceOf(CsvException.class).hasMessage(TOO_LONG);
    }
}
