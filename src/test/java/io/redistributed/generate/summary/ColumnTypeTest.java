package io.redistributed.generate.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.generate.summary.CsvSummary.ColumnSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Detected types of columns. Underscores represent blanks within a value; blanks separate values. */
class ColumnTypeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "integer  | 0 -1 42 9007199254740991",
                "integer  | 9007199254740992",
                "integer  | 1,234 5,678,901",
                "number   | 1 2.5",
                "number   | 1e3 -0.5E-7 .5 +5",
                "number   | $1.50 $2",
                "text     | 1e309",
                "text     | 007 42",
                "text     | Infinity 1",
                "text     | 1 x",
                "text     | €1 $2",
                "text     | €1 2",
                "text     | 1,234.5 1.234,5",
                "text     | 5% 0.05",
                "boolean  | true FALSE Yes no",
                "text     | true 1",
                "date     | 2024-02-29 2026-01-31",
                "date     | 31.01.2026 1.2.2026",
                "date     | 1/31/2026 2/1/2026",
                "date     | 31/1/2026 1/2/2026",
                "date     | 2026/01/31",
                "text     | 2026-02-29",
                "text     | 1/2/2026 3/4/2026",
                "text     | 31/1/2026 1/31/2026",
                "text     | 31.01.26",
                "text     | 2026-01-31 31.01.2026",
                "datetime | 2026-01-31T12:00 2026-01-31T12:00:01.5Z 2026-01-31T12:00:00+02:00",
                "datetime | 2026-01-31_12:00:59",
                "datetime | 31.01.2026_23:59",
                "datetime | 1/31/2026_1:05_PM",
                "datetime | 2026-01-31T12:00+01:00[Europe/Paris]",
                "text     | 2026-01-31T25:00",
                "text     | 2026-01-31T12:00[Nowhere/There]",
                "text     | 1/31/2026_13:05_PM",
                "text     | 2026-01-31 2026-01-31T12:00",
                "integer  | 1 NA N/A n/a NaN null NULL - -- None #N/A <NA> ? unknown Unknown TBD #DIV/0!",
                "date     | 2026-01-31 n.v.",
                "text     | unknown",
                "text     | ''"
            })
    void typeIsFirstThatFitsEveryValue(String type, String values) {
        assertThat(column(values).type().label()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource({
        "9, 10",
        "612345678901234567, 612345678901234568",
        "no, TRUE",
        "2025-12-31, 2026-01-01",
        "31.12.2025, 01.01.2026",
        "12/31/2025, 1/2/2026",
        "2026-01-31T12:00+02:00, 2026-01-31T11:00",
        "1/31/2026_9:00 AM, 1/31/2026_1:00 PM",
        "a10, a9"
    })
    void ordersValuesByMeaning(String less, String more) {
        ColumnSummary column = column(more.replace(' ', '_') + " " + less.replace(' ', '_'));

        assertThat(column.min()).hasToString(less.replace('_', ' '));
        assertThat(column.max()).hasToString(more.replace('_', ' '));
    }

    @Test
    void countsMissingMarks() {
        CsvSummary summary = Summaries.of("v,country\n1,NA\nunknown,unknown\n3,\n-,DE\n");

        ColumnSummary numbers = summary.columns().get(0);
        assertThat(numbers.missing()).isEqualTo(2);
        assertThat(numbers.missingMarks()).containsOnlyKeys("-", "unknown");
        ColumnSummary country = summary.columns().get(1);
        assertThat(country.missing()).isEqualTo(2);
        assertThat(country.missingMarks()).containsOnlyKeys("NA");
        assertThat(country.max()).isEqualTo("unknown");
        assertThat(summary.warnings())
                .containsExactly("column 'country' is text, and these of its values were counted as missing: 'NA' (1)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,234.5 1.234,5   | the numbers are written in more than one way",
                "€1 $2             | or with different units",
                "1/2/2026 3/4/2026 | day and month are ambiguous",
                "31.01.26          | the years have two digits",
                "01-Jan-2026 15-Dec-2025 | the months have names, as in '01-Jan-2026'",
                "Jan_1,_2026 March_15,_2026 | the months have names",
                "1st_May_2026 Sept._2026 | the months have names",
                "Thu,_01_Jan_2026_00:00:00_GMT | the months have names",
                "Thu_Jan__1_00:00:00_UTC_2026 2026-Feb-03 | the months have names",
                "2026-01-31 31.01.2026 | the dates are written in more than one way",
                "1 2 3 4 5 6 7 8 9 Infinity | values that are not numbers: 1 of 10, such as 'Infinity'"
            })
    void warnsAboutTextLikeOtherTypes(String values, String doubt) {
        assertThat(summary(values).warnings()).singleElement().asString().contains("'v' was taken for text", doubt);
    }

    @Test
    void warnsAboutNumberOutOfRange() {
        String huge = "1".repeat(400);

        assertThat(summary("1 2 3 4 5 6 7 8 9 " + huge).warnings())
                .containsExactly("column 'v' was taken for text: values that are not numbers: 1 of 10, such as '"
                        + huge.substring(0, 40) + "…'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"May June", "Marina_12 Jane_4", "Mark_1,_12", "1 2 3 4 5 6 7 8 9 007", "01-Jan-2026 x"})
    void ordinaryTextIsNotWarnedOf(String values) {
        assertThat(summary(values).warnings()).isEmpty();
    }

    @Test
    void doesNotWarnAboutCodes() {
        assertThat(summary("01234 12345 23456 34567 45678 56789 67890 78901 89012 90123 11111")
                        .warnings())
                .isEmpty();
    }

    @Test
    void warnsAboutPartialTimeZones() {
        assertThat(summary("2026-01-31T12:00Z 2026-01-31T12:00").warnings())
                .containsExactly("column 'v' has no time zone in 1 of 2 values; UTC was assumed");
    }

    private static ColumnSummary column(String values) {
        return summary(values).columns().get(0);
    }

    private static CsvSummary summary(String values) {
        StringBuilder csv = new StringBuilder("v,other\n");
        for (String value : values.split(" ")) {
            csv.append('"').append(value.replace('_', ' ')).append("\",word\n");
        }
        return Summaries.of(csv.toString());
    }
}
