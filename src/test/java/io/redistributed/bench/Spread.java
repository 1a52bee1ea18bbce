package io.redistributed.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Median, least and greatest of several measurements. */
record Spread(double median, double min, double max) {

    /** @param measured at least one */
    static <T> Spread of(List<T> measured, ToDoubleFunction<T> figure) {
        double[] sorted = measured.stream().mapToDouble(figure).sorted().toArray();
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** For a cell of a table: {@code 120 (115–131)}. */
    @Override
    public String toString() {
        return Table.number(median) + " (" + Table.number(min) + "–" + Table.number(max) + ")";
    }
}
