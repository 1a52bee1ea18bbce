package io.redistributed.generate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the numbers of a non-empty column are distributed. */
abstract class Distribution {

    private static final List<String> SHARES = List.of("0.05", "0.25", "0.5", "0.75", "0.95");

    /** The least number with at least {@code share} of all at or below it, or what lies between two; {@code share} 0 to 1. */
    abstract BigDecimal quantile(BigDecimal share);

    /** How many numbers are below {@code edge}. */
    abstract long below(BigDecimal edge);

    abstract BigDecimal min();

    abstract BigDecimal max();

    abstract long count();

    /** Share → quantile, in rising order. */
    Map<String, Number> quantiles() {
        Map<String, Number> quantiles = new LinkedHashMap<>();
        SHARES.forEach(share -> quantiles.put(share, NumberProfile.figure(quantile(new BigDecimal(share)))));
        return quantiles;
    }

    /**
     * Bins of equal width from the least value to the greatest; each counts from its lower edge to below its upper one, the
     * last its upper edge too. A single one if all values are equal.
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
            // By the edge as it is shown, so that counting again gives the same.
            long below = i == bins ? count() : below(new BigDecimal(to.toString()));
            histogram.add(new Bin(from, to, below - counted));
            from = to;
            counted = below;
        }
        return histogram;
    }

    /** One bar of a histogram. */
    record Bin(Number from, Number to, long count) {}
}
