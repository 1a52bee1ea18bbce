package io.redistributed.generate;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a column holds: the first of these, in this order, as which each of its values can be read. */
enum ColumnType {
    /** Numbers without a fraction and without an exponent, of any size; see {@link Numeral}. */
    INTEGER,
    /** All other {@linkplain Numeral numbers}. */
    NUMBER,
    /** {@code true}, {@code false}, {@code yes}, {@code no} in upper or lower case. */
    BOOLEAN,
    /** {@linkplain Moment Dates} without a time. */
    DATE,
    /** {@linkplain Moment Dates} with a time, UTC if they have no zone. */
    DATETIME,
    /** Everything else, and columns without any value. */
    TEXT;

    boolean isNumeric() {
        return this == INTEGER || this == NUMBER;
    }

    @JsonValue
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
