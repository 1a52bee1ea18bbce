package io.redistributed.generate.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.redistributed.generate.summary.CsvSummary.ColumnSummary;
import io.redistributed.generate.summary.CsvSummary.TopValue;
import io.redistributed.generate.summary.Distribution.Bin;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;

class SummaryTest {

    private static final Offset<Double> EXACT = within(1e-12);

    @Example
    void warnsOfTotalsInLastRow() {
        String rows = "item;qty;price\na;1;0,50\nb;2;1,25\nc;4;2,25\n";

        assertThat(Summaries.of(rows + "Summe;7;4,00\n").warnings())
                .containsExactly("the last row looks like totals, and was counted like the others: "
                        + "its value is the sum of those above in 'qty', 'price'");
        assertThat(Summaries.of(rows + ";;4,00 €\n").warnings()).noneMatch(warning -> warning.contains("totals"));
        assertThat(Summaries.of(rows + "d;8;4,00\ne;0\n").warnings()).noneMatch(warning -> warning.contains("totals"));
        assertThat(Summaries.of("k,v\na,0\nb,0\nc,0\nd,1\ne,1\n").warnings()).isEmpty();
    }

    @Example
    void datesAndTelephoneNumbersThatReadAsIntegersAreWarnedOf() {
        assertThat(Summaries.of("day,n\n20250131,1\n20250201,2\n").warnings())
                .containsExactly(
                        "column 'day' was read as integers, but its values look like dates, such as '20250131';"
                                + " write them as 2025-01-31");
        assertThat(Summaries.of("phone,n\n555 123 456,1\n555 987 654,2\n").warnings())
                .containsExactly("column 'phone' was read as integers, but its values look like telephone numbers,"
                        + " such as '555 123 456'; write them with hyphens to have them read as text");
        assertThat(Summaries.of("people,n\n1 234 567,1\n31 234 567,2\n").warnings())
                .isEmpty();
        assertThat(Summaries.of("cents,n\n20250131,1\n20259999,2\n").warnings()).isEmpty();
    }

    @Example
    void integersAreDescribed() {
        // Mean 40 / 8, squares of the differences 9+1+1+1+0+0+4+16 = 32, over n - 1 = 7.
        ColumnSummary column = column("2", "4", "4", "4", "5", "5", "7", "9", "");

        assertThat(column.type()).isEqualTo(ColumnType.INTEGER);
        assertThat(column.count()).isEqualTo(8);
        assertThat(column.missing()).isEqualTo(1);
        assertThat(column.distinct()).isEqualTo(5);
        assertThat(column.min()).isEqualTo(2L);
        assertThat(column.max()).isEqualTo(9L);
        assertThat(column.mean()).isEqualTo(5.0);
        assertThat(column.standardDeviation()).isEqualTo(Math.sqrt(32.0 / 7), EXACT);
        assertThat(column.top())
                .containsExactly(
                        new TopValue("4", 3),
                        new TopValue("5", 2),
                        new TopValue("2", 1),
                        new TopValue("7", 1),
                        new TopValue("9", 1));
    }

    @Example
    void deviationOfLongNumbersIsThatOfTheirDifferences() {
        String integer = "7".repeat(91) + "3".repeat(13);
        String fraction = "0." + "7".repeat(90);

        assertThat(column(integer, integer, integer).standardDeviation()).isZero();
        assertThat(column(fraction, fraction, fraction).standardDeviation()).isZero();
        assertThat(column(integer + "1", integer + "2", integer + "3").standardDeviation())
                .isEqualTo(1);
        assertThat(column("1", "1000000000000001", "1000000000000002", "1000000000000003")
                        .standardDeviation())
                .isEqualTo(500_000_000_000_000.5, EXACT);
        assertThat(column("1000000000000001", "1000000000000002", "1000000000000003")
                        .standardDeviation())
                .isEqualTo(1);
    }

    @Example
    void quantilesAreInterpolatedLinearly() {
        // Of 1, 2, 3, 4 and 10 the positions are 0.2, 1, 2, 3 and 3.8.
        Map<String, Number> quantiles = column("10", "1", "3", "2", "4").quantiles();

        assertThat(quantiles.keySet()).containsExactly("0.05", "0.25", "0.5", "0.75", "0.95");
        assertThat(quantiles.get("0.05")).isEqualTo(1.2);
        assertThat(quantiles.get("0.25")).isEqualTo(2.0);
        assertThat(quantiles.get("0.5")).isEqualTo(3.0);
        assertThat(quantiles.get("0.75")).isEqualTo(4.0);
        assertThat(quantiles.get("0.95")).isEqualTo(8.8);
    }

    @Example
    void aSingleValueHasNoStandardDeviationAndOneBin() {
        ColumnSummary column = column("2.5", "");

        assertThat(column.mean()).isEqualTo(2.5);
        assertThat(column.standardDeviation()).isNull();
        assertThat(column.quantiles().values()).containsOnly(2.5);
        assertThat(column.histogram()).containsExactly(new Bin(2.5, 2.5, 1));
    }

    @Example
    void histogramIncludesLowerAndExcludesUpperEdges() {
        ColumnSummary column =
                summary(4, 10, "0.5", "1", "1.5", "2", "2.5", "2.5").columns().get(0);

        assertThat(column.histogram())
                .containsExactly(
                        new Bin(0.5, 1.0, 1), new Bin(1.0, 1.5, 1), new Bin(1.5, 2.0, 1), new Bin(2.0, 2.5, 3));
    }

    @Example
    void integersGetNoMoreBinsThanThereAreNumbers() {
        assertThat(column("1", "2", "2", "3").histogram())
                .extracting(Bin::count)
                .containsExactly(1L, 2L, 1L);
    }

    @Example
    void figuresStayExactFarFromZero() {
        // A sum of squares would lose every digit here.
        ColumnSummary column = column("1000000004", "1000000007", "1000000013", "1000000016");

        assertThat(column.mean()).isEqualTo(1_000_000_010.0);
        assertThat(column.standardDeviation()).isEqualTo(Math.sqrt(30), EXACT);
    }

    @Example
    void greatestNumbersDoNotOverflow() {
        ColumnSummary column = column("1e308", "-1e308");

        assertThat(column.mean()).isEqualTo(0.0);
        assertThat(column.standardDeviation()).isFinite();
        assertThat(column.histogram()).isNotEmpty().allMatch(bin -> Double.isFinite((Double) bin.to()));
    }

    @Example
    void otherTypesHaveExtremesAndTopValuesOnly() {
        ColumnSummary column = column("2026-01-31", "2025-12-31", "2026-01-31");

        assertThat(column.type()).isEqualTo(ColumnType.DATE);
        assertThat(column.min()).isEqualTo("2025-12-31");
        assertThat(column.max()).isEqualTo("2026-01-31");
        assertThat(column.top()).containsExactly(new TopValue("2026-01-31", 2), new TopValue("2025-12-31", 1));
        assertThat(column.mean()).isNull();
        assertThat(column.standardDeviation()).isNull();
        assertThat(column.quantiles()).isNull();
        assertThat(column.histogram()).isNull();
    }

    @Example
    void aColumnWithoutValuesIsText() {
        ColumnSummary column = column("", "");

        assertThat(column.type()).isEqualTo(ColumnType.TEXT);
        assertThat(column.count()).isZero();
        assertThat(column.missing()).isEqualTo(2);
        assertThat(column.distinct()).isZero();
        assertThat(column.min()).isNull();
        assertThat(column.max()).isNull();
        assertThat(column.top()).isEmpty();
    }

    @Example
    void topIsCutAtItsLimit() {
        assertThat(summary(10, 2, "a", "b", "b", "c", "c", "c").columns().get(0).top())
                .containsExactly(new TopValue("c", 3), new TopValue("b", 2));
        assertThat(summary(10, 0, "a").columns().get(0).top()).isEmpty();
    }

    @Property(tries = 500)
    void figuresAreConsistent(
            @ForAll @Size(min = 1, max = 50) List<@DoubleRange(min = -1e6, max = 1e6) Double> numbers,
            @ForAll @IntRange(min = 1, max = 100) int bins) {
        String[] values = numbers.stream().map(String::valueOf).toArray(String[]::new);

        ColumnSummary column = summary(bins, 100, values).columns().get(0);

        double min = ((Number) column.min()).doubleValue();
        double max = ((Number) column.max()).doubleValue();
        assertThat(DoubleStream.concat(
                                DoubleStream.of(min),
                                column.quantiles().values().stream().mapToDouble(Number::doubleValue))
                        .boxed()
                        .collect(Collectors.toList()))
                .isSorted();
        assertThat((Double) column.quantiles().get("0.95")).isLessThanOrEqualTo(max);
        assertThat((Double) column.mean()).isBetween(min - 1e-6, max + 1e-6);
        assertThat(column.histogram().stream().mapToLong(Bin::count).sum()).isEqualTo(numbers.size());
        assertThat(column.top().stream().mapToLong(TopValue::count).sum()).isEqualTo(numbers.size());
        for (Bin bin : column.histogram()) {
            assertThat(bin.count())
                    .isEqualTo(numbers.stream()
                            .filter(n -> n >= (Double) bin.from()
                                    && (n < (Double) bin.to() || bin.to().equals(max) && n == max))
                            .count());
        }
    }

    private static ColumnSummary column(String... values) {
        return summary(10, 10, values).columns().get(0);
    }

    private static CsvSummary summary(int bins, int top, String... values) {
        // The second column keeps rows without a value from being empty lines.
        String rows = Arrays.stream(values).map(value -> value + ",\n").collect(Collectors.joining());
        return Summaries.of("v,other\n" + rows, top, bins);
    }
}
