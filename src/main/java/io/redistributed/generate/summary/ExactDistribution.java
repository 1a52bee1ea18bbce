package io.redistributed.generate.summary;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Map;

/** The exact distribution of numbers, from the count of each distinct number. */
final class ExactDistribution extends Distribution {

    private final BigDecimal[] sorted;
    /** The number of values at or below {@code sorted[i]}. */
    private final long[] cumulated;

    /** @param frequencies original text of the numbers → count */
    ExactDistribution(Map<String, Column.Frequency> frequencies, DecimalMark mark) {
        Weighted[] values = new Weighted[frequencies.size()];
        int filled = 0;
        for (Map.Entry<String, Column.Frequency> entry : frequencies.entrySet()) {
            BigDecimal value = Numeral.read(entry.getKey(), mark).value();
            values[filled++] = new Weighted(
                    value,
                    value.round(MathContext.DECIMAL64).doubleValue(),
                    entry.getValue().count());
        }
        Arrays.sort(values);
        sorted = new BigDecimal[filled];
        cumulated = new long[filled];
        long count = 0;
        for (int i = 0; i < filled; i++) {
            count += values[i].count;
            sorted[i] = values[i].value;
            cumulated[i] = count;
        }
    }

    /** Interpolates linearly between the two nearest values, at (n − 1)·share: type 7 of Hyndman and Fan, NumPy's default. */
    @Override
    BigDecimal quantile(BigDecimal share) {
        BigDecimal position = share.multiply(BigDecimal.valueOf(count() - 1));
        long whole = position.longValue();
        BigDecimal below = at(whole);
        BigDecimal above = at(Math.min(whole + 1, count() - 1));
        return below.add(above.subtract(below).multiply(position.subtract(BigDecimal.valueOf(whole))));
    }

    private BigDecimal at(long position) {
        int found = Arrays.binarySearch(cumulated, position + 1);
        return sorted[found < 0 ? -found - 1 : found];
    }

    @Override
    long below(BigDecimal edge) {
        int from = 0;
        int to = sorted.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (sorted[middle].compareTo(edge) < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from == 0 ? 0 : cumulated[from - 1];
    }

    @Override
    BigDecimal min() {
        return sorted[0];
    }

    @Override
    BigDecimal max() {
        return sorted[sorted.length - 1];
    }

    @Override
    long count() {
        return cumulated[cumulated.length - 1];
    }

    private record Weighted(BigDecimal value, double size, long count) implements Comparable<Weighted> {

        /** Compares doubles first, which is cheaper; exact values only break ties. */
        @Override
        public int compareTo(Weighted other) {
            int order = Double.compare(size, other.size);
            return order == 0 ? value.compareTo(other.value) : order;
        }
    }
}
