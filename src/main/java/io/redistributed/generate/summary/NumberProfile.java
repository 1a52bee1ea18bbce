package io.redistributed.generate.summary;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Objects;
import org.apache.datasketches.kll.KllDoublesSketch;

/**
 * Profiles a column as numbers with one decimal mark: extremes, mean and standard deviation, exact to the last digit of the result. For a sketched column it also keeps a sketch of the distribution.
 */
final class NumberProfile {

    /** The limit above which a double does not represent every whole number. */
    static final BigDecimal INEXACT_FROM = BigDecimal.valueOf(1L << 53);

    /** Enough precision for all digits unless very large and very small numbers are mixed. */
    private static final MathContext SUM = new MathContext(120);

    private static final MathContext RESULT = MathContext.DECIMAL128;

    private final DecimalMark mark;
    private final KllDoublesSketch sketch;
    private final Lookalikes lookalikes;
    private boolean whole = true;
    private String unit;
    private long count;
    private long zeros;
    private BigDecimal min;
    private BigDecimal max;
    /** The base of the sketch's values; doubles would lose the last digits of large values. */
    private BigDecimal base;

    /** The first value. Sums of the differences from it keep the digits in which values differ. */
    private BigDecimal first;

    private BigDecimal differences = BigDecimal.ZERO;
    private BigDecimal squares = BigDecimal.ZERO;

    NumberProfile(DecimalMark mark, boolean sketched) {
        this(mark, sketched, new Lookalikes());
    }

    private NumberProfile(DecimalMark mark, boolean sketched, Lookalikes lookalikes) {
        this.mark = mark;
        this.lookalikes = lookalikes;
        this.sketch = sketched ? KllDoublesSketch.newHeapInstance() : null;
    }

    /** Copies {@code other} for {@code mark}; valid while no value depends on the mark. */
    NumberProfile(DecimalMark mark, NumberProfile other) {
        this(mark, other.sketch != null, other.lookalikes);
        whole = other.whole;
        unit = other.unit;
        count = other.count;
        zeros = other.zeros;
        min = other.min;
        max = other.max;
        base = other.base;
        first = other.first;
        differences = other.differences;
        squares = other.squares;
        if (sketch != null && count > 0) {
            sketch.merge(other.sketch);
        }
    }

    /** Adds a value that occurs {@code times} times and returns whether it is a number. */
    boolean add(String value, long times) {
        Numeral numeral = Numeral.read(value, mark);
        if (numeral != null && (count == 0 || Objects.equals(unit, numeral.unit()))) {
            add(numeral, times);
            lookalikes.add(value);
        }
        return numeral != null;
    }

    private void add(Numeral numeral, long times) {
        BigDecimal value = numeral.value();
        if (count == 0) {
            unit = numeral.unit();
            min = value;
            max = value;
            first = value;
            base = value.abs().compareTo(INEXACT_FROM) < 0 ? BigDecimal.ZERO : value;
        }
        whole &= numeral.whole();
        min = value.compareTo(min) < 0 ? value : min;
        max = value.compareTo(max) > 0 ? value : max;
        count += times;
        zeros += value.signum() == 0 ? times : 0;
        BigDecimal difference = value.subtract(first, SUM);
        BigDecimal weighted = times == 1 ? difference : difference.multiply(BigDecimal.valueOf(times));
        differences = differences.add(weighted, SUM);
        squares = squares.add(weighted.multiply(difference, SUM), SUM);
        if (sketch != null) {
            double relative = (base.signum() == 0 ? value : value.subtract(base)).doubleValue();
            sketch.update(relative, times);
        }
    }

    /** Returns the number of values that are numbers with this mark and the unit of the first one. */
    long count() {
        return count;
    }

    DecimalMark mark() {
        return mark;
    }

    /** Returns a warning if the values do not look like numbers, for users; else null. */
    String doubt() {
        return whole ? lookalikes.doubt() : null;
    }

    boolean isWhole() {
        return whole;
    }

    String unit() {
        return unit;
    }

    BigDecimal min() {
        return min;
    }

    BigDecimal max() {
        return max;
    }

    BigDecimal mean() {
        return sum().divide(BigDecimal.valueOf(count), RESULT);
    }

    private BigDecimal sum() {
        return first.multiply(BigDecimal.valueOf(count)).add(differences, SUM);
    }

    /** Returns the sample standard deviation, with n − 1 in the denominator; null for a single value. */
    Double standardDeviation() {
        if (count == 1) {
            return null;
        }
        BigDecimal n = BigDecimal.valueOf(count);
        BigDecimal variance =
                n.multiply(squares).subtract(differences.pow(2)).divide(n.multiply(n.subtract(BigDecimal.ONE)), RESULT);
        return variance.sqrt(RESULT).doubleValue();
    }

    /** Returns whether {@code value}, one of the values, is the sum of the others, with at least three of them other than 0. */
    boolean isTotal(String value) {
        Numeral total = Numeral.read(value, mark);
        return total != null
                && total.value().signum() != 0
                && count - zeros > 3
                && sum().compareTo(total.value().add(total.value())) == 0;
    }

    /** Returns the sketched distribution. */
    Distribution sketched() {
        return new SketchedDistribution(sketch, base, min, max);
    }

    /** Returns {@code value} for display: integer columns as whole numbers. */
    Number extreme(BigDecimal value) {
        return whole ? shortest(value.toBigIntegerExact()) : figure(value);
    }

    private static Number shortest(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    /** Returns a double unless it would lose visible digits; else all integer digits and two decimals. */
    static Number figure(BigDecimal value) {
        BigDecimal size = value.abs();
        if (size.compareTo(INEXACT_FROM) < 0 || size.precision() - size.scale() > 40) {
            return value.doubleValue();
        }
        BigDecimal rounded = value.setScale(2, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }
}
