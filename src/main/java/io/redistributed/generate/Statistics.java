package io.redistributed.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Exact figures of a non-empty column of numbers. */
final class Statistics {

    private static final double[] QUANTILES = {0.05, 0.25, 0.5, 0.75, 0.95};

    private final double[] sorted;

    Statistics(Column column) {
        sorted = new double[Math.toIntExact(column.count())];
        int filled = 0;
        for (Map.Entry<String, Column.Frequency> entry : column.frequencies().entrySet()) {
            int count = entry.getValue().count();
            Arrays.fill(sorted, filled, filled + count, Double.parseDouble(entry.getKey()));
            filled += count;
        }
        Arrays.sort(sorted);
    }

    double min() {
        return sorted[0];
    }

    double max() {
        return sorted[sorted.length - 1];
    }

    /** Welford's way: a running mean keeps its digits where a running sum would lose them. */
    double mean() {
        double mean = 0;
        for (int i = 0; i < sorted.length; i++) {
            mean += (sorted[i] - mean) / (i + 1);
        }
        return mean;
    }

    /** Of the sample, that is with n − 1 in the denominator; null for a single value. */
    Double standardDeviation() {
        if (sorted.length == 1) {
            return null;
        }
        double mean = mean();
        double squares = 0;
        for (double value : sorted) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (sorted.length - 1));
    }

    /** Share → quantile, in rising order. */
    Map<String, Double> quantiles() {
        Map<String, Double> quantiles = new LinkedHashMap<>();
        for (double share : QUANTILES) {
            quantiles.put(Double.toString(share), quantile(share));
        }
        return quantiles;
    }

    /** Interpolated linearly between the two nearest values, at (n − 1)·share: type 7 of Hyndman and Fan, as NumPy does. */
    private double quantile(double share) {
        double position = (sorted.length - 1) * share;
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /**
     * Bins of equal width from the least value to the greatest; each counts from its lower edge to below its upper one, the
     * last its upper edge too. A single one if all values are equal.
     */
    List<Bin> histogram(int bins) {
        if (min() == max()) {
            return List.of(new Bin(min(), max(), sorted.length));
        }
        List<Bin> histogram = new ArrayList<>(bins);
        int counted = 0;
        for (int i = 1; i <= bins; i++) {
            double from = i == 1 ? min() : histogram.get(i - 2).to();
            double to = i == bins ? max() : min() + (max() - min()) * i / bins;
            int start = counted;
            while (counted < sorted.length && (sorted[counted] < to || i == bins)) {
                counted++;
            }
            histogram.add(new Bin(from, to, counted - start));
        }
        return histogram;
    }

    /** One bar of a histogram. */
    record Bin(double from, double to, long count) {}
}
