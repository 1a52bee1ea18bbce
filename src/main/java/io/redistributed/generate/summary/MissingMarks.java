package io.redistributed.generate.summary;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The texts that mark missing values. */
final class MissingMarks {

    /** Missing in every column, case-sensitive: {@code Na} may be sodium, and {@code Null} a name. */
    private static final Set<String> ALWAYS = Set.of(
            "NA",
            "na",
            "N/A",
            "n/a",
            "N.A.",
            "n.a.",
            "#N/A",
            "#n/a",
            "#N/A N/A",
            "#NA",
            "<NA>",
            "NaN",
            "nan",
            "NAN",
            "-NaN",
            "-nan",
            "NULL",
            "null",
            "(null)",
            "<null>",
            "\\N",
            "None",
            "-",
            "--",
            "---",
            "\u2013",
            "\u2014",
            "-1.#IND",
            "1.#IND",
            "-1.#QNAN",
            "1.#QNAN");

    /** Missing in columns of numbers, dates and booleans, in lower case, upper case or capitalized; plain words in text columns. */
    private static final Set<String> BESIDE_FIGURES = spellings(
            "na",
            "n/a",
            "nan",
            "null",
            "none",
            "nil",
            "missing",
            "unknown",
            "not available",
            "not applicable",
            "no data",
            "tbd",
            "?",
            ".",
            ":",
            "k.a.",
            "n.v.",
            "n.d.",
            "#null!",
            "#div/0!",
            "#value!",
            "#ref!",
            "#name?",
            "#num!");

    private MissingMarks() {}

    /** Returns whether a value in a column of numbers or dates is missing. */
    static boolean isMissing(String value) {
        return value.isEmpty() || always(value) || besideFigures(value);
    }

    static boolean always(String value) {
        return ALWAYS.contains(value);
    }

    static boolean besideFigures(String value) {
        return BESIDE_FIGURES.contains(value);
    }

    private static Set<String> spellings(String... marks) {
        return Stream.of(marks)
                .flatMap(mark -> Stream.of(
                        mark,
                        mark.toUpperCase(Locale.ROOT),
                        mark.substring(0, 1).toUpperCase(Locale.ROOT) + mark.substring(1)))
                .collect(Collectors.toUnmodifiableSet());
    }
}
