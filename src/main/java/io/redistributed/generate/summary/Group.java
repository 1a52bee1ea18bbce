package io.redistributed.generate.summary;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * One group of rows.
 *
 * @param group its value in the column, or its period; empty if the field is missing
 * @param count number of rows
 * @param values number of rows with a number
 * @param sum exact sum of these numbers; null without any, like the next ones
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Group(String group, long count, long values, BigDecimal sum, BigDecimal mean, BigDecimal min, BigDecimal max) {

    /** Adds up the rows of a group. */
    static final class Sum {

        /** Bytes of this object, of a number of 63 bits or less, and of one of more without its bits. */
        private static final int BYTES = 48;

        private static final int NUMBER_BYTES = 40;
        private static final int LARGE_NUMBER_BYTES = 100;

        private long count;
        private long values;
        private int bits;
        private BigDecimal sum = BigDecimal.ZERO;
        private BigDecimal min;
        private BigDecimal max;

        Sum() {}

        Sum(Sum other) {
            count = other.count;
            values = other.values;
            bits = other.bits;
            sum = other.sum;
            min = other.min;
            max = other.max;
        }

        /**
         * Adds a row.
         *
         * @param value null if the row has no number
         * @return the additional bytes
         */
        long add(BigDecimal value) {
            count++;
            if (value == null) {
                return 0;
            }
            long before = bytes();
            values++;
            sum = sum.add(value);
            min = min == null ? value : min.min(value);
            max = max == null ? value : max.max(value);
            bits = Math.max(bits, Math.max(bits(sum), bits(value)));
            return bytes() - before;
        }

        /** Returns the most bytes that the sum, the minimum and the maximum take. */
        long bytes() {
            int number = bits < Long.SIZE ? NUMBER_BYTES : LARGE_NUMBER_BYTES + bits / Byte.SIZE;
            return BYTES + (values == 0 ? 0 : 3L * number);
        }

        private static int bits(BigDecimal number) {
            return number.unscaledValue().bitLength();
        }

        /** Returns whether the rows have the same number and sum. */
        boolean isSame(Sum other) {
            return count == other.count && sum.equals(other.sum);
        }

        Group group(String name) {
            return values == 0
                    ? new Group(name, count, 0, null, null, null, null)
                    : new Group(
                            name,
                            count,
                            values,
                            sum,
                            sum.divide(BigDecimal.valueOf(values), MathContext.DECIMAL64),
                            min,
                            max);
        }
    }
}
