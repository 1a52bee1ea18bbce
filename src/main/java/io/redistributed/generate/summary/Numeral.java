package io.redistributed.generate.summary;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Currency;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A number in a common notation: {@code -5}, {@code .5}, {@code 1e5}, {@code 1,234.56}, {@code 1 234,56}, {@code 1'234},
 * {@code 1,23,456} (lakhs), {@code €12}, {@code 12 EUR}, {@code 12 %}, {@code (123)} and {@code 123-} for −123.
 *
 * <p>Not numbers: digits with leading zeros and {@code +} before eight digits or more, which are codes and telephone numbers; groups of other than three digits; {@code 5.}; infinities; and values outside of a double's range, beyond ±10<sup>308</sup> or rounded to 0.
 *
 * @param value exact value
 * @param whole whether the text has neither fraction nor exponent
 * @param unit currency (sign or ISO 4217 code) or {@code %}; null if there is none
 */
record Numeral(BigDecimal value, boolean whole, String unit) {

    private static final int NONE = Integer.MIN_VALUE;
    static final int MAX_CHARS = 400;
    private static final int TELEPHONE_DIGITS = 8;
    private static final int LONG_DIGITS = 18;
    private static final int SAFE_DIGITS = 300;
    /** Half of the least double; smaller values round to 0. */
    private static final BigDecimal MIN = new BigDecimal("2.5e-324");

    private static final BigDecimal MAX = new BigDecimal("1e308");
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    /** Parses {@code text} with the decimal {@code mark}; null if it is not a number. */
    static Numeral read(String text, DecimalMark mark) {
        int length = text.length();
        return length == 0 || length > MAX_CHARS ? null : new Reading(text, mark).numeral();
    }

    /** Returns whether the other decimal mark could give another value. */
    static boolean dependsOnMark(String text) {
        return text.indexOf('.') >= 0 || text.indexOf(',') >= 0;
    }

    /** Returns whether {@code c} is a space, no-break space, thin space or narrow no-break space. */
    static boolean isSpace(char c) {
        return c == ' ' || c == '\u00a0' || c == '\u2009' || c == '\u202f';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isMinus(char c) {
        return c == '-' || c == '\u2212';
    }

    /** Parses a text in one pass, from both ends towards the digits. */
    private static final class Reading {

        private final String text;
        private final DecimalMark mark;
        private int at;
        private int end;
        private char sign;
        private String unit;

        Reading(String text, DecimalMark mark) {
            this.text = text;
            this.mark = mark;
            this.end = text.length();
        }

        Numeral numeral() {
            if (text.charAt(0) == '(' && text.charAt(end - 1) == ')') {
                sign = '(';
                at++;
                end--;
            }
            return prefix() && suffix() ? digits() : null;
        }

        private boolean prefix() {
            for (; at < end; at++) {
                char c = text.charAt(at);
                if (isDigit(c) || mark.is(c)) {
                    return true;
                } else if (sign == 0 && (isMinus(c) || c == '+')) {
                    sign = c;
                } else if (unit == null && isCurrency(at, at + 1)) {
                    unit = text.substring(at, at + 1);
                } else if (unit == null && isCurrency(at, at + 3)) {
                    unit = text.substring(at, at + 3);
                    at += 2;
                } else if (unit == null || !isSpace(c)) {
                    return false;
                }
            }
            return false;
        }

        private boolean suffix() {
            for (; end > at; end--) {
                char c = text.charAt(end - 1);
                if (isDigit(c)) {
                    return true;
                } else if (sign == 0 && isMinus(c)) {
                    sign = c;
                } else if (unit == null && (c == '%' || isCurrency(end - 1, end))) {
                    unit = text.substring(end - 1, end);
                } else if (unit == null && isCurrency(end - 3, end)) {
                    unit = text.substring(end - 3, end);
                    end -= 2;
                } else if (unit == null || !isSpace(c)) {
                    return false;
                }
            }
            return false;
        }

        private boolean isCurrency(int from, int to) {
            if (from < 0 || to > text.length()) {
                return false;
            }
            return to - from == 1
                    ? Character.getType(text.charAt(from)) == Character.CURRENCY_SYMBOL
                    : Character.isUpperCase(text.charAt(from)) && CURRENCIES.contains(text.substring(from, to));
        }

        private Numeral digits() {
            int start = at;
            int groups = 0;
            for (; at < end && (isDigit(text.charAt(at)) || mark.groupsBy(text.charAt(at))); at++) {
                groups += isDigit(text.charAt(at)) ? 0 : 1;
            }
            int whole = at - start - groups;
            if (groups > 0 && !isGrouped(start, at, groups) || whole > 1 && text.charAt(start) == '0') {
                return null;
            }
            int scale = fraction();
            int digits = whole + Math.max(0, scale);
            if (digits == 0 || scale == 0) {
                return null;
            }
            BigDecimal value = digits > LONG_DIGITS
                    ? new BigDecimal(
                            new BigInteger(text.substring(start, at).replaceAll("[^0-9]", "")), Math.max(0, scale))
                    : BigDecimal.valueOf(unscaled(start, at), Math.max(0, scale));
            boolean scientific = at < end;
            if (scientific) {
                int exponent = groups > 0 || unit != null ? NONE : exponent();
                if (exponent == NONE) {
                    return null;
                }
                value = value.scaleByPowerOfTen(exponent);
            } else if (sign == '+' && groups == 0 && scale < 0 && whole >= TELEPHONE_DIGITS) {
                return null;
            }
            if ((scientific || digits > SAFE_DIGITS) && !fitsDouble(value)) {
                return null;
            }
            boolean negative = sign == '(' || isMinus(sign);
            return new Numeral(negative ? value.negate() : value, scale < 0 && !scientific, unit);
        }

        /** Returns whether the digits from {@code from} to {@code to} form groups of three, or of two before the last three. */
        private boolean isGrouped(int from, int to, int groups) {
            if (to - from < 5 || text.charAt(from) == '0') {
                return false;
            }
            char group = text.charAt(to - 4);
            return groups == separators(from, to - 4, group, 3)
                    || group == ',' && groups == separators(from, to - 4, group, 2);
        }

        /** Returns the number of separators, including the one at {@code to}, if groups of {@code size} end there. */
        private int separators(int from, int to, char group, int size) {
            int count = isDigit(group) ? 0 : 1;
            for (int last = to - size - 1; last > from && text.charAt(last) == group; last -= size + 1) {
                count++;
                to = last;
            }
            return to > from && to - from <= size ? count : NONE;
        }

        /** Skips the decimal mark and its digits; returns their number, or −1 without a mark. */
        private int fraction() {
            if (at == end || !mark.is(text.charAt(at))) {
                return -1;
            }
            int first = ++at;
            while (at < end && isDigit(text.charAt(at))) {
                at++;
            }
            return at - first;
        }

        private long unscaled(int from, int to) {
            long digits = 0;
            for (int i = from; i < to; i++) {
                char c = text.charAt(i);
                digits = isDigit(c) ? digits * 10 + (c - '0') : digits;
            }
            return digits;
        }

        /** Returns the exponent of at most three digits in the rest of the text; {@link #NONE} if there is none. */
        private int exponent() {
            String rest = text.substring(at + 1, end);
            boolean signed = !rest.isEmpty() && (rest.charAt(0) == '-' || rest.charAt(0) == '+');
            int digits = rest.length() - (signed ? 1 : 0);
            boolean valid = (text.charAt(at) == 'e' || text.charAt(at) == 'E')
                    && digits > 0
                    && digits <= 3
                    && rest.chars().skip(signed ? 1 : 0).allMatch(c -> isDigit((char) c));
            return valid ? Integer.parseInt(rest) : NONE;
        }

        private static boolean fitsDouble(BigDecimal value) {
            return value.compareTo(MAX) <= 0 && (value.signum() == 0 || value.compareTo(MIN) >= 0);
        }
    }
}
