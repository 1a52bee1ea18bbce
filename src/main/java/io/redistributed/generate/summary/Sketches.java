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

    private static final int LG_DISTINCT = 12;
    private static final int MAX_FREQUENT_CHARS = 100;

    private final HllSketch distinct = new HllSketch(LG_DISTINCT, TgtHllType.HLL_8);
    private final ItemsSketch<String> frequent;
    private final Profile profile = new Profile(true);

    /**
     * The size of a sketch.
     *
     * @param frequent capacity for frequent values, a power of two
     */
    record Size(int frequent) {

        private static final int MANY_COLUMNS = 50;

        /** The other sketches, and the texts of the profile. */
        private static final int FIXED_BYTES = 20_000;

        /** A value of {@value Sketches#MAX_FREQUENT_CHARS} characters outside of Latin-1 with length and hash, and its count. */
        private static final int FREQUENT_BYTES = 260;

        static Size of(int columns) {
            return new Size(columns > MANY_COLUMNS ? 64 : 512);
        }

        /** Returns the most bytes that a sketch of this size takes. */
        long bytes() {
            return FIXED_BYTES + (long) frequent * FREQUENT_BYTES;
        }
    }

    Sketches(Size size) {
        frequent = new ItemsSketch<>(size.frequent());
    }

    void add(String value, int times) {
        distinct.update(value);
        frequent.update(shortened(value, MAX_FREQUENT_CHARS), times);
        profile.add(shortened(value, Numeral.MAX_CHARS), times);
    }

    /** Returns a value to keep: a long one as a prefix with length and hash. */
    private static String shortened(String value, int maxChars) {
        return value.length() <= maxChars
                ? value
                : value.substring(0, maxChars) + "… (" + value.length() + " characters, hash "
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
