package io.redistributed.generate.summary;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The distribution of the numbers of a non-empty column. */
abstract class Distribution {

    private static final List<String> SHARES = List.of("0.05", "0.25", "0.5", "0.75", "0.95");

    /** Returns the least number with at least {@code share} (0 to 1) of all numbers at or below it, possibly interpolated. */
    abstract BigDecimal quantile(BigDecimal share);

    /** Returns the number of values below {@code edge}. */
    abstract long below(BigDecimal edge);

    abstract BigDecimal min();

    abstract BigDecimal max();

    abstract long count();

    /** Returns share → quantile, in ascending order. */
    Map<String, Number> quantiles() {
        Map<String, Number> quantiles = new LinkedHashMap<>();
        SHARES.forEach(share -> quantiles.put(share, NumberProfile.figure(quantile(new BigDecimal(share)))));
        return quantiles;
    }

    /**
     * Returns bins of equal width from the least to the greatest value. A bin includes its lower edge and excludes its upper edge, except for the last one. Returns a single bin if all values are equal.
     */
    List<Bin> histogram(int bins) {
        Number from = NumberProfile.figure(min());
        if (min().compareTo(max()) == 0) {
            return List.of(new Bin(from, from, count()));
        }
        List<Bin> histogram = new ArrayList<>(bins);
        BigDecimal range = max().subtract(min());
        long counted = 0;
        for (int i = 1; i <= bins; i++) {
            BigDecimal share = BigDecimal.valueOf(i).divide(BigDecimal.valueOf(bins), MathContext.DECIMAL128);
            Number to = NumberProfile.figure(i == bins ? max() : min().add(range.multiply(share)));
            // Counts by the displayed edge, so that readers can reproduce the count.
            long below = i == bins ? count() : below(new BigDecimal(to.toString()));
            histogram.add(new Bin(from, to, below - counted));
            from = to;
            counted = below;
        }
        return histogram;
    }

    /** A bin of a histogram. */
    record Bin(Number from, Number to, long count) {}
}
