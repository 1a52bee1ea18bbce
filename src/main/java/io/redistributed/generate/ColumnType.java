package io.redistributed.generate;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What a column holds: the first of these, in this order, as which each of its values can be read. */
enum ColumnType {
    /** Whole numbers below ±2<sup>53</sup>, which a double holds exactly; no leading zeros, those are identifiers. */
    INTEGER(ColumnType::integer),
    /** Numbers as JSON writes them, up to ±10<sup>150</sup>, so that sums of squares stay finite. */
    NUMBER(ColumnType::number),
    /** {@code true}, {@code false}, {@code yes}, {@code no} in upper or lower case. */
    BOOLEAN(ColumnType::truth),
    /** ISO 8601, {@code 2026-01-31}. */
    DATE(ColumnType::date),
    /** ISO 8601, {@code 2026-01-31T12:00}: seconds, fraction and offset (else UTC) optional, a blank may stand for the T. */
    DATETIME(ColumnType::instant),
    /** Everything else, and columns without any value. */
    TEXT(Function.identity());

    private static final double INEXACT_FROM = 0x1p53;
    private static final double MAX_NUMBER = 1e150;
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,15})");
    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final Set<String> TRUE = Set.of("true", "yes");
    private static final Set<String> FALSE = Set.of("false", "no");

    private final Function<String, ?> reading;
    private final Function<Set<String>, Extremes> extremes;

    /** @param reading what the text means, null if it cannot be read as this type */
    <T extends Comparable<? super T>> ColumnType(Function<String, T> reading) {
        this.reading = reading;
        this.extremes = values -> extremes(values, reading);
    }

    static ColumnType of(Set<String> values) {
        if (values.isEmpty()) {
            return TEXT;
        }
        for (ColumnType type : values()) {
            if (values.stream().allMatch(value -> type.reading.apply(value) != null)) {
                return type;
            }
        }
        throw new AssertionError("every value is text");
    }

    boolean isNumeric() {
        return this == INTEGER || this == NUMBER;
    }

    /** The least and the greatest of values of this type, by what they mean; both null if there are none. */
    Extremes extremes(Set<String> values) {
        return extremes.apply(values);
    }

    /** Values as they were written. */
    record Extremes(String least, String greatest) {}

    private static <T extends Comparable<? super T>> Extremes extremes(
            Set<String> values, Function<String, T> reading) {
        String least = null;
        String greatest = null;
        T min = null;
        T max = null;
        for (String value : values) {
            T meaning = reading.apply(value);
            if (min == null || meaning.compareTo(min) < 0) {
                min = meaning;
                least = value;
            }
            if (max == null || meaning.compareTo(max) > 0) {
                max = meaning;
                greatest = value;
            }
        }
        return new Extremes(least, greatest);
    }

    @JsonValue
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Double integer(String value) {
        if (!WHOLE.matcher(value).matches()) {
            return null;
        }
        double number = Double.parseDouble(value);
        return Math.abs(number) < INEXACT_FROM ? number : null;
    }

    private static Double number(String value) {
        if (!JSON_NUMBER.matcher(value).matches()) {
            return null;
        }
        double number = Double.parseDouble(value);
        return Math.abs(number) <= MAX_NUMBER ? number : null;
    }

    private static Boolean truth(String value) {
        String lowerCase = value.toLowerCase(Locale.ROOT);
        return TRUE.contains(lowerCase) ? Boolean.TRUE : FALSE.contains(lowerCase) ? Boolean.FALSE : null;
    }

    private static LocalDate date(String value) {
        try {
            return LocalDate.parse(value);
        } catch (DateTimeException other) {
            return null;
        }
    }

    private static Instant instant(String value) {
        String iso = value.length() > 10 && value.charAt(10) == ' ' ? value.replaceFirst(" ", "T") : value;
        try {
            TemporalAccessor time =
                    DateTimeFormatter.ISO_DATE_TIME.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
            return time instanceof OffsetDateTime exact
                    ? exact.toInstant()
                    : ((LocalDateTime) time).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException other) {
            return null;
        }
    }
}
