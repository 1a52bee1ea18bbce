package io.redistributed.generate.summary;

import io.redistributed.generate.summary.CsvSummary.Approximation;
import io.redistributed.generate.summary.CsvSummary.TopValue;
import java.util.List;
import java.util.stream.Stream;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.ItemsSketch;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.kll.KllSketch;

/**
 * A column with too many distinct values to keep, in constant memory. Sketches estimate the number of distinct values and the most frequent ones; a {@link Profile} keeps exact figures and a sketch for quantiles.
 */
final class Sketches {

    /** The total size in bytes, with values of typical length. */
    static final int BYTES = 40_000;

    private static final int LG_DISTINCT = 12;
    private static final int MAX_FREQUENT = 512;
    private static final int MAX_CHARS = 200;

    private final HllSketch distinct = new HllSketch(LG_DISTINCT, TgtHllType.HLL_8);
    private final ItemsSketch<String> frequent = new ItemsSketch<>(MAX_FREQUENT);
    private final Profile profile = new Profile(true);

    void add(String value, int times) {
        distinct.update(value);
        frequent.update(shortened(value), times);
        profile.add(value, times);
    }

    /** Returns the value for the sketch, which keeps some hundred values: long ones as a prefix with length and hash. */
    private static String shortened(String value) {
        return value.length() <= MAX_CHARS
                ? value
                : value.substring(0, MAX_CHARS) + "… (" + value.length() + " characters, hash "
                        + Integer.toHexString(value.hashCode()) + ")";
    }

    Profile profile() {
        return profile;
    }

    long distinct() {
        return Math.round(distinct.getEstimate());
    }

    /** Returns values that are certain to be among the most frequent. */
    List<TopValue> top(int limit) {
        return Stream.of(frequent.getFrequentItems(ErrorType.NO_FALSE_POSITIVES))
                .map(row -> new TopValue(row.getItem(), row.getEstimate()))
                .sorted(TopValue.RANK)
                .limit(limit)
                .toList();
    }

    Approximation approximation(boolean numeric) {
        double error = Math.max(
                HllSketch.getRelErr(true, false, LG_DISTINCT, 2), -HllSketch.getRelErr(false, false, LG_DISTINCT, 2));
        return new Approximation(
                error,
                numeric ? KllSketch.getNormalizedRankError(KllSketch.DEFAULT_K, true) : null,
                frequent.getMaximumError());
    }
}
