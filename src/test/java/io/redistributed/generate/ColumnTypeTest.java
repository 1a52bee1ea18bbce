package io.redistributed.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnTypeTest {

    @ParameterizedTest
    @CsvSource({
        "integer, 0 -1 42 9007199254740991",
        "number, 9007199254740992",
        "number, 1 2.5",
        "number, 1e3 -0.5E-7",
        "text, 1e151",
        "text, 007 42",
        "text, 1.",
        "text, .5",
        "text, +5",
        "text, NaN",
        "text, 1 x",
        "boolean, true FALSE Yes no",
        "text, true 1",
        "date, 2024-02-29 2026-01-31",
        "text, 2026-02-29",
        "text, 31.01.2026",
        "datetime, 2026-01-31T12:00 2026-01-31T12:00:01.5Z 2026-01-31T12:00:00+02:00",
        "datetime, 2026-01-31_12:00:59",
        "text, 2026-01-31T25:00",
        "text, 2026-01-31 2026-01-31T12:00",
        "text, ''"
    })
    void theTypeIsTheFirstThatFitsEveryValue(String type, String values) {
        // A blank separates values here, so an underscore stands for one within a value.
        Set<String> set = Arrays.stream(values.split(" "))
                .filter(value -> !value.isEmpty())
                .map(value -> value.replace('_', ' '))
                .collect(Collectors.toSet());

        assertThat(ColumnType.of(set).label()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource({
        "INTEGER, 9, 10",
        "BOOLEAN, no, TRUE",
        "DATE, 2025-12-31, 2026-01-01",
        "DATETIME, 2026-01-31T12:00+02:00, 2026-01-31T11:00",
        "TEXT, 10, 9"
    })
    void valuesAreOrderedByWhatTheyMean(ColumnType type, String less, String more) {
        assertThat(type.extremes(Set.of(less, more))).isEqualTo(new ColumnType.Extremes(less, more));
    }
}
