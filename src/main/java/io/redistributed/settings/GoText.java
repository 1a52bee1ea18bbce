package io.redistributed.settings;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses values like Go's standard library, the format of Jaeger's clients. */
public final class GoText {

    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    private static final Pattern DURATION_PART =
            Pattern.compile("\\G(\\d{1,20}(?:\\.\\d{0,20})?|\\.\\d{1,20})(ns|us|µs|μs|ms|s|m|h)");
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoText() {}

    /** @throws IllegalArgumentException if the text is neither true nor false */
    public static boolean parseBool(String text) {
        if (!TRUE.contains(text) && !FALSE.contains(text)) {
            throw new IllegalArgumentException();
        }
        return TRUE.contains(text);
    }

    /**
     * Parses a duration of numbers with units, such as {@code 1.5s}, {@code .5s} or {@code 1m30s}, with an optional sign; or 0.
     *
     * @throws IllegalArgumentException if the text is not a duration
     * @throws ArithmeticException if the duration is longer than about 292 years
     */
    public static Duration parseDuration(String text) {
        boolean isNegative = text.startsWith("-");
        String unsigned = isNegative || text.startsWith("+") ? text.substring(1) : text;
        if (unsigned.equals("0")) {
            return Duration.ZERO;
        }
        Matcher part = DURATION_PART.matcher(unsigned);
        BigInteger nanos = BigInteger.ZERO;
        int end = 0;
        while (part.find()) {
            end = part.end();
            BigDecimal unit = BigDecimal.valueOf(UNITS.get(part.group(2)));
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit).toBigInteger());
        }
        if (end == 0 || end < unsigned.length()) {
            throw new IllegalArgumentException();
        }
        return Duration.ofNanos((isNegative ? nanos.negate() : nanos).longValueExact());
    }
}
