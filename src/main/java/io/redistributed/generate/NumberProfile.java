package io.redistributed.generate;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Objects;
import org.apache.datasketches.kll.KllDoublesSketch;

/**
 * A column read as numbers with one decimal mark: extremes, mean and standard deviation, right to the last digit that a
 * result has room for. Of a column of which not all values are kept it also keeps a sketch of the distribution.
 */
final class NumberProfile {

    /** From here on a double no longer holds every whole number. */
    static final BigDecimal INEXACT_FROM = BigDecimal.valueOf(1L << 53);

    /** Room for all digits of any numbers but those of extremes of both kinds, whose sums would have a thousand. */
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
    /** What the sketch's values are relative to: a double has no room for the last digits of great ones. */
    private BigDecimal base;

    private BigDecimal sum = BigDecimal.ZERO;
    private BigDecimal squares = BigDecimal.ZERO;

    NumberProfile(DecimalMark mark, boolean sketched) {
        this(mark, sketched, new Lookalikes());
    }

    private NumberProfile(DecimalMark mark, boolean sketched, Lookalikes lookalikes) {
        this.mark = mark;
        this.lookalikes = lookalikes;
        this.sketch = sketched ? KllDoublesSketch.newHeapInstance() : null;
    }

    /** What {@code other} has seen, as if read with {@code mark}: right as long as none of it depends on the mark. */
    NumberProfile(DecimalMark mark, NumberProfile other) {
        this(mark, other.sketch != null, other.lookalikes);
        whole = other.whole;
        unit = other.unit;
        count = other.count;
        zeros = other.zeros;
        min = other.min;
        max = other.max;
        base = other.base;
        sum = other.sum;
        squares = other.squares;
        if (sketch != null && count > 0) {
            sketch.merge(other.sketch);
        }
    }

    /** Takes in a value that occurs {@code times} times; returns whether it is a number. */
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
            base = value.abs().compareTo(INEXACT_FROM) < 0 ? BigDecimal.ZERO : value;
        }
        whole &= numeral.whole();
        min = value.compareTo(min) < 0 ? value : min;
        max = value.compareTo(max) > 0 ? value : max;
        count += times;
        zeros += value.signum() == 0 ? times : 0;
        BigDecimal term = value.round(SUM);
        BigDecimal weighted = times == 1 ? term : term.multiply(BigDecimal.valueOf(times));
        sum = sum.add(weighted, SUM);
        squares = squares.add(weighted.multiply(term, SUM), SUM);
        if (sketch != null) {
            double relative = (base.signum() == 0 ? value : value.subtract(base)).doubleValue();
            sketch.update(relative, times);
        }
    }

    /** How many values are numbers by this mark, with the unit of the first of them. */
    long count() {
        return count;
    }

    DecimalMark mark() {
        return mark;
    }

    /** What the values look like if not like numbers, for people; null if they do. */
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
        return sum.divide(BigDecimal.valueOf(count), RESULT);
    }

    /** Of the sample, that is with n − 1 in the denominator; null for a single value. */
    Double standardDeviation() {
        if (count == 1) {
            return null;
        }
        BigDecimal n = BigDecimal.valueOf(count);
        BigDecimal variance =
                n.multiply(squares).subtract(sum.multiply(sum)).divide(n.multiply(n.subtract(BigDecimal.ONE)), RESULT);
        return variance.sqrt(RESULT).doubleValue();
    }

    /** Whether {@code value}, one of these, is the sum of the others, of which three at least are not 0. */
    boolean isTotal(String value) {
        Numeral total = Numeral.read(value, mark);
        return total != null
                && total.value().signum() != 0
                && count - zeros > 3
                && sum.compareTo(total.value().add(total.value())) == 0;
    }

    /** The distribution as sketched. */
    Distribution sketched() {
        return new SketchedDistribution(sketch, base, min, max);
    }

    /** {@code value} as a result shows it: whole columns as whole numbers. */
    Number extreme(BigDecimal value) {
        return whole ? shortest(value.toBigIntegerExact()) : figure(value);
    }

    private static Number shortest(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    /** A double, unless it would lose digits that people see: then all digits before the point and two behind it. */
    static Number figure(BigDecimal value) {
        BigDecimal size = value.abs();
        if (size.compareTo(INEXACT_FROM) < 0 || size.precision() - size.scale() > 40) {
            return value.doubleValue();
        }
        BigDecimal rounded = value.setScale(2, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }
}
