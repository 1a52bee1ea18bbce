package io.redistributed.generate.summary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The type of a column: the first of these, in this order, that all of its values have. */
enum ColumnType {
    /** Numbers without fraction and exponent, of any size; see {@link Numeral}. */
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
