package io.redistributed.generate.summary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.redistributed.generate.summary.CsvSummary.Approximation;
import io.redistributed.generate.summary.CsvSummary.ColumnSummary;
import io.redistributed.generate.summary.CsvSummary.TopValue;
import io.redistributed.generate.summary.Distribution.Bin;
import java.time.LocalDate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of a column with more distinct values than the budget allows. */
class SketchesTest {

    private static final int ROWS = 100_000;
    private static final long FIRST_ID = 612_345_678_901_234_567L;

    private final CsvSummary summary = Summaries.of(csv(), 10, 10, new Budget(1_000_000));

    /** Shuffled ids, a word in every tenth row, dates, and a last column with few values. */
    private static byte[] csv() {
        return ("id,word,day,few\n"
                        + IntStream.range(0, ROWS)
                                .mapToObj(i -> (FIRST_ID + i * 7919L % ROWS) + "," + (i % 10 == 0 ? "often" : "w" + i)
                                        + "," + LocalDate.EPOCH.plusDays(i) + "," + i % 3)
                                .collect(Collectors.joining("\n")))
                .getBytes(UTF_8);
    }

    @Test
    void countsExtremesAndMeanStayExact() {
        ColumnSummary ids = summary.columns().get(0);

        assertThat(ids.type()).isEqualTo(ColumnType.INTEGER);
        assertThat(ids.count()).isEqualTo(ROWS);
        assertThat(ids.min()).isEqualTo(FIRST_ID);
        assertThat(ids.max()).isEqualTo(FIRST_ID + ROWS - 1);
        assertThat(ids.mean()).hasToString((FIRST_ID + ROWS / 2 - 1) + ".5");
        assertThat(ids.standardDeviation()).isEqualTo(Math.sqrt(ROWS * (ROWS + 1.0) / 12), within(1e-6));
        ColumnSummary days = summary.columns().get(2);
        assertThat(days.type()).isEqualTo(ColumnType.DATE);
        assertThat(days.min()).isEqualTo("1970-01-01");
    }

    @Test
    void otherFiguresAreWithinStatedError() {
        ColumnSummary ids = summary.columns().get(0);
        Approximation errors = ids.approximation();

        assertThat((double) ids.distinct()).isCloseTo(ROWS, within(2 * errors.distinct() * ROWS));
        assertThat(ids.quantiles()).isNotEmpty();
        ids.quantiles().forEach((share, value) -> {
            double rank = (double) (value.longValue() - FIRST_ID) / ROWS;
            assertThat(rank).isCloseTo(Double.parseDouble(share), within(2 * errors.rank()));
        });
        assertThat(ids.histogram()).hasSize(10).allSatisfy(bin -> assertThat(bin.count() / (double) ROWS)
                .isCloseTo(0.1, within(2 * errors.rank())));
        assertThat(ids.histogram().stream().mapToLong(Bin::count).sum()).isEqualTo(ROWS);
        assertThat(ids.top()).isEmpty();
    }

    @Test
    void findsFrequentValues() {
        ColumnSummary words = summary.columns().get(1);

        assertThat(words.approximation().rank()).isNull();
        TopValue top = words.top().get(0);
        assertThat(top.value()).isEqualTo("often");
        assertThat(top.count())
                .isBetween(ROWS / 10L, ROWS / 10 + words.approximation().top());
    }

    @Test
    void columnsWithinBudgetStayExact() {
        ColumnSummary few = summary.columns().get(3);

        assertThat(few.approximation()).isNull();
        assertThat(few.top())
                .containsExactly(new TopValue("0", 33_334), new TopValue("1", 33_333), new TopValue("2", 33_333));
    }

    @Test
    void csvAndHtmlStateApproximation() {
        assertThat(SummaryPage.write(summary).toString()).contains("≈ ", "distinct values ±2.6 %");
        assertThat(new SummaryCsv(true).write(summary).toString()).contains("distinct values ±2.6 %");
    }

    @Test
    void distinguishesLongValuesWithSamePrefix() {
        String beginning = "x".repeat(300);
        String rows = IntStream.range(0, 3_000)
                .mapToObj(i -> beginning + (i % 2 == 0 ? "even" : "odd" + i) + ",1")
                .collect(Collectors.joining("\n"));

        ColumnSummary column = Summaries.of(("v,n\n" + rows).getBytes(UTF_8), 10, 10, new Budget(100_000))
                .columns()
                .get(0);

        assertThat(column.top().get(0).value())
                .startsWith(beginning.substring(0, 100))
                .contains("304 characters");
        assertThat(column.top().get(0).count())
                .isBetween(1_500L, 1_500 + column.approximation().top());
    }

    @Test
    void ambiguousMarksAreMissingBesideNumbersOnly() {
        String rows = IntStream.range(0, 5_000)
                .mapToObj(i -> (i % 5 == 0 ? "unknown" : "" + i) + "," + (i % 5 == 0 ? "unknown" : "w" + i))
                .collect(Collectors.joining("\n"));

        CsvSummary small = Summaries.of(("n,t\n" + rows).getBytes(UTF_8), 10, 10, new Budget(0));

        assertThat(small.columns().get(0).missing()).isEqualTo(1_000);
        assertThat(small.columns().get(1).missing()).isZero();
        assertThat(small.columns().get(1).top().get(0).value()).isEqualTo("unknown");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000})
    void holdsNoMoreThanBudgeted(int columns) {
        Sketches.Size size = Sketches.Size.of(columns);
        Budget budget = new Budget(size.bytes());
        Column column = new Column("c", budget);
        column.sketch(size);
        int most = size.frequent() * 3 / 4;
        for (int i = 0; i < most; i++) {
            column.add("ы".repeat(1_000_000 - i % 2) + i);
        }

        assertThat(budget.isExceeded()).isFalse();
        assertThat(column.top(most)).hasSize(most);
        Profile profile = column.profile();
        long held = Stream.concat(
                        column.top(most).stream().map(TopValue::value),
                        Stream.of(profile.texts().least(), profile.texts().greatest(), column.last()))
                .mapToLong(text -> 2L * text.length() + 40)
                .sum();
        assertThat(held).isLessThan(size.bytes());
    }

    @Test
    void oneRowOfManyLongValuesStaysWithinBudget() {
        String names = IntStream.range(0, 100).mapToObj(c -> "c" + c).collect(Collectors.joining(","));
        String row = IntStream.range(0, 100).mapToObj(c -> "x".repeat(500_000)).collect(Collectors.joining(","));
        CsvBytes csv = Csv.of((names + "\n" + row).getBytes(UTF_8));
        Budget budget = new Budget(10_000_000);

        Table table = Table.read(csv, Layout.of(csv, ',', true), budget, done -> {});

        assertThat(budget.isExceeded()).isFalse();
        assertThat(table.columns())
                .filteredOn(column -> column.frequencies() == null)
                .isNotEmpty();
    }

    @Test
    void thousandColumnsStayWithinBudget() throws CsvException {
        String names = IntStream.range(0, 1_000).mapToObj(c -> "c" + c).collect(Collectors.joining(","));
        String rows = IntStream.range(0, 1_500)
                .mapToObj(r -> IntStream.range(0, 1_000)
                        .mapToObj(c -> Integer.toString(r + c, 36))
                        .collect(Collectors.joining(",")))
                .collect(Collectors.joining("\n"));
        CsvBytes csv = Csv.of((names + "\n" + rows).getBytes(UTF_8));
        // 1.5 million values would take 145 MB as they are.
        Budget budget = new Budget(64 << 20);

        Table table = Table.read(csv, Layout.of(csv, null, null), budget, done -> {});

        assertThat(budget.isExceeded()).isFalse();
        assertThat(table.columns())
                .filteredOn(column -> column.frequencies() == null)
                .isNotEmpty();
    }
}
