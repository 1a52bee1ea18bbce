package io.redistributed.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupsGeneratorTest {

    private static final String SALES = """
            date,customer,amount
            2026-01-31,Ada,0.1
            2026-02-01,Bob,5
            2026-01-30,Ada,0.2

            2026-04-02,"Bob",-7
            2026-04-02,,1
            2026-04-02,Cy,
            """;

    private static final JsonObject VALUES = JsonObject.of("groupBy", "k", "value", "v");
    private static final JsonObject MONTHS = JsonObject.of("groupBy", "d", "value", "v", "interval", "month");

    private final GeneratorFixture fixture = new GeneratorFixture();

    @BeforeAll
    void deploy() {
        fixture.deploy(GroupsGenerator::new);
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    @Test
    void sumsValuesOfEachGroupExactly() {
        JsonObject report = json(new JsonObject().put("groupBy", "customer").put("value", "amount"), SALES);

        assertThat(report.getLong("rows")).isEqualTo(6);
        assertThat(report.getInteger("distinct")).isEqualTo(4);
        assertThat(groups(report)).containsExactly("=1", "Ada=0.3", "Bob=-2", "Cy=null");
        assertThat(report.getJsonArray("groups").getJsonObject(1)).isEqualTo(new JsonObject("""
                        {"group": "Ada", "count": 2, "values": 2, "sum": 0.3, "mean": 0.15, "min": 0.1, "max": 0.2}
                        """));
    }

    @Test
    void countsRowsWithoutValueColumn() {
        JsonObject report = json(new JsonObject().put("groupBy", "customer").put("top", 1), SALES);

        assertThat(report.getJsonArray("groups"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject()
                                .put("group", "Ada")
                                .put("count", 2)
                                .put("values", 0)));
        assertThat(report.getLong("others")).isEqualTo(4);
        assertThat(report.containsKey("value")).isFalse();
    }

    @Test
    void seriesHasNoGaps() {
        JsonObject asked = new JsonObject().put("groupBy", "date").put("value", "amount");

        assertThat(groups(json(asked.copy().put("interval", "month"), SALES)))
                .containsExactly("2026-01=0.3", "2026-02=5", "2026-03=null", "2026-04=-6");
        assertThat(groups(json(asked.copy().put("interval", "year"), SALES))).containsExactly("2026=-0.7");
        assertThat(groups(json(asked.copy().put("interval", "day"), SALES)))
                .hasSize(63)
                .startsWith("2026-01-30=0.2", "2026-01-31=0.1", "2026-02-01=5", "2026-02-02=null");
        assertThat(groups(json(asked.copy().put("interval", "week"), SALES))).startsWith("2026-01-26=5.3");
    }

    @Test
    void fileWithoutNamesKeepsItsFirstRow() {
        JsonObject asked = JsonObject.of("groupBy", "column_1", "value", "column_2");
        JsonObject report = json(asked, "1,2\n3,4\n5,6\n");

        assertThat(report.getLong("rows")).isEqualTo(3);
        assertThat(groups(report)).containsExactly("5=6", "3=4", "1=2");
        assertThat(report.getJsonArray("warnings"))
                .containsExactly(
                        "line 1 was read as values, not as column names; set the parameter 'header' to choose");
        JsonObject named = json(JsonObject.of("groupBy", "1", "value", "2", "header", true), "1,2\n3,4\n5,6\n");
        assertThat(groups(named)).containsExactly("5=6", "3=4");
        assertThat(named.getJsonArray("warnings")).isEmpty();
        assertThat(groups(json(asked.copy().put("header", false), "a,2\nb,4\n")))
                .containsExactly("b=4", "a=2");
    }

    @Test
    void hoursAreThoseOfUtc() {
        String csv = "t,n\n2026-01-01T00:30:00+02:00,1\n2026-01-01 00:59,2\nlater,4\n";
        JsonObject report =
                json(new JsonObject().put("groupBy", "t").put("value", "n").put("interval", "hour"), csv);

        assertThat(groups(report))
                .containsExactly("2025-12-31T22:00Z=1", "2025-12-31T23:00Z=null", "2026-01-01T00:00Z=2");
        assertThat(report.getLong("undated")).isEqualTo(1);
        assertThat(report.getLong("others")).isZero();
        assertThat(report.getJsonArray("warnings"))
                .containsExactly("column 't' has no time zone in 1 of 2 values; UTC was assumed");
    }

    @Test
    void datesOfOneZoneAreNotWarnedOf() {
        JsonObject days = JsonObject.of("groupBy", "t", "interval", "day");

        assertThat(json(days, "t\n2026-01-01 00:30\n2026-01-02\n").getJsonArray("warnings"))
                .isEmpty();
        assertThat(json(days, "t\n2026-01-01T00:30Z\n2026-01-01T00:30+02:00\n").getJsonArray("warnings"))
                .isEmpty();
    }

    /** The last date may decide about the order of day and month. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "01/02/2026,1;01/13/2026,2;02/20/2026,4 | 2026-01=3 2026-02=4",
                "01/02/2026,1;13/01/2026,2;x,4 | 2026-01=2 2026-02=1",
                "2026-01-02,1;2026-02-01,2 | 2026-01=1 2026-02=2",
                "01.02.2026,1;02.02.2026,2 | 2026-02=3",
                "02/02/2026,1;03/03/2026,2 | 2026-02=1 2026-03=2",
            })
    void allDatesDecideAboutTheirOrder(String rows, String groups) {
        JsonObject report = json(MONTHS, "d,v\n" + rows.replace(';', '\n'));

        assertThat(String.join(" ", groups(report))).isEqualTo(groups);
        assertThat(report.getLong("undated")).isEqualTo(rows.contains("x,") ? 1 : 0);
        assertThat(report.getJsonArray("warnings")).isEmpty();
    }

    @Test
    void ambiguousDatesAreWarnedOf() {
        JsonObject report = json(MONTHS, "d,v\n01/02/2026,1\n03/02/2026,2\n");

        assertThat(groups(report)).containsExactly("2026-02=3");
        assertThat(report.getJsonArray("warnings"))
                .containsExactly("column 'd' was read as day-month-year; month-day-year fits as many rows");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-01-01;03/04/2026 | year-month-day | column 'd' was read as year-month-day; day-month-year fits as many rows,"
                        + "column 'd' was read as year-month-day; month-day-year fits as many rows",
                "2026-01-01;2026-01-01;31/01/2026;x | year-month-day |",
                "01/02/2026;03/02/2026;2026-01-01 | day-month-year | column 'd' was read as day-month-year;"
                        + " month-day-year fits as many rows",
            })
    void datesInOtherOrdersAreWarnedOf(String dates, String order, String others) {
        JsonArray warnings = json(JsonObject.of("groupBy", "d", "interval", "day"), "d\n" + dates.replace(';', '\n'))
                .getJsonArray("warnings");

        assertThat(warnings.remove(0))
                .isEqualTo("column 'd' has dates written in more than one way; those not in the order " + order
                        + " were left out: 1");
        assertThat(warnings).isEqualTo(others == null ? JsonArray.of() : JsonArray.of((Object[]) others.split(",")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "k;v/a;1,500/a;2,250 | a=3.75 | column 'v' was read with a decimal comma; a decimal point fits as many rows;"
                        + " set the parameter 'decimal' to choose",
                "k;v/a;1.500/a;2.25 | a=3.75 |",
                "k,v/a,1.500/a,2.250 | a=3.75 | column 'v' was read with a decimal point; a decimal comma fits as many rows;"
                        + " set the parameter 'decimal' to choose",
                "k;v/a;1500/a;x | a=1500 |",
            })
    void allNumbersDecideAboutTheDecimalMark(String csv, String groups, String warning) {
        JsonObject report = json(VALUES, csv.replace('/', '\n'));

        assertThat(groups(report)).containsExactly(groups);
        assertThat(report.getJsonArray("warnings")).isEqualTo(warning == null ? JsonArray.of() : JsonArray.of(warning));
    }

    /** As in summaries. */
    @Test
    void otherColumnsDecideIfTwoReadingsFit() {
        JsonObject numbers =
                json(JsonObject.of("groupBy", "p", "value", "v"), "p,v\n\"2,75\",\"1,500\"\n\"3,25\",\"2,500\"\n");
        assertThat(groups(numbers)).containsExactly("3,25=2.5", "2,75=1.5");
        assertThat(numbers.getJsonArray("warnings"))
                .containsExactly("column 'v' was read with a decimal comma; a decimal point fits as many rows;"
                        + " set the parameter 'decimal' to choose");

        JsonObject dates = json(MONTHS, "d,v,paid\n01/02/2026,1,01/31/2026\n03/02/2026,2,03/03/2026\n");
        assertThat(groups(dates)).containsExactly("2026-01=1", "2026-02=null", "2026-03=2");
        assertThat(dates.getJsonArray("warnings"))
                .containsExactly("column 'd' was read as month-day-year; day-month-year fits as many rows");
    }

    @Test
    void numbersWithOtherUnitsAreNotAdded() {
        JsonObject report = json(VALUES, "k,v\na,€5\na,$10\nb,€2\nb,3\n");

        assertThat(groups(report)).containsExactly("a=5", "b=2");
        assertThat(report.getLong("notNumbers")).isEqualTo(2);
        assertThat(report.getJsonArray("warnings"))
                .containsExactly("column 'v' was added up in '€'; numbers with other units were left out: 2");
    }

    @Test
    void missingValuesAndCommentsAreLeftOut() {
        JsonObject report = json(VALUES, "k,v,w\na,NA,1\na,unknown,1\na,-,2\na,2,3\n# end\n");

        assertThat(groups(report)).containsExactly("a=2");
        assertThat(report.getLong("rows")).isEqualTo(4);
        assertThat(report.getLong("notNumbers")).isZero();
        assertThat(report.getJsonArray("warnings"))
                .containsExactly("lines skipped as comments, as they begin with # and have too few fields: 1,"
                        + " from line 6 on");
    }

    @Test
    void countsValuesThatAreNotNumbers() {
        JsonObject asked = new JsonObject().put("groupBy", "k").put("value", "v");

        JsonObject report = json(asked, "k,v\na,one\na,\na,2\n");
        assertThat(report.getLong("notNumbers")).isEqualTo(1);
        assertThat(groups(report)).containsExactly("a=2");
        assertThat(groups(json(asked.copy().put("decimal", ","), "k;v\na;1,5\na;\"1.000,25\"\n")))
                .containsExactly("a=1001.75");
    }

    @Test
    void pageHasChartAndEscapesValues() {
        JsonObject asked =
                new JsonObject().put("groupBy", "k").put("value", "v").put("format", "html");
        String evil = "<script>alert(1)</script>";

        String page = fixture.content("groups", asked, Buffer.buffer("k,v\n" + evil + ",3\n%s %d,-4\n"))
                .body()
                .toString();
        assertThat(page).doesNotContain("<script").contains("&lt;script&gt;", "%s %d", "class=\"negative\"", "</svg>");
        String series = fixture.content(
                        "groups",
                        asked.copy().put("groupBy", "d").put("interval", "day"),
                        Buffer.buffer("d,v\n2026-01-01,3\n"))
                .body()
                .toString();
        assertThat(series).contains("2026-01-01: 3", "</svg>");
        String warned = fixture.content(
                        "groups", MONTHS.copy().put("format", "html"), Buffer.buffer("d,v\n01/02/2026,1\n"))
                .body()
                .toString();
        assertThat(warned).contains("month-day-year fits as many rows");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''               | the input is empty",
                "'a,b\n1,2\n'     | parameter 'groupBy': the input has no column 'k'; its columns are 'a', 'b'",
                "'1,2\n3,4\n'     | parameter 'groupBy': the input has no column 'k'; its columns are 'column_1', 'column_2'; "
                        + "line 1 was read as values; if it has the names, set the parameter 'header' to true",
                "'k,b\n1,2\n'     | parameter 'value': the input has no column 'v'",
                "'k,v\n\"1,2\n'   | the quote that opens the field is never closed",
            })
    void badInputIsInvalid(String input, String reason) {
        assertThatThrownBy(() -> json(new JsonObject().put("groupBy", "k").put("value", "v"), input))
                .isInstanceOf(GenerationException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void tooManyGroupsAreInvalid() {
        String ids = IntStream.rangeClosed(0, 100_000).mapToObj(String::valueOf).collect(Collectors.joining("\n"));
        assertInvalid(new JsonObject().put("groupBy", "k"), "k\n" + ids, "more than 100000 different values");
        JsonObject hours = new JsonObject().put("groupBy", "k").put("interval", "hour");
        assertInvalid(
                hours,
                "k\n2026-01-01\n1900-01-01\n",
                "more than 10000 periods, from 1900-01-01T00:00Z to 2026-01-01T00:00Z; use a longer interval");
        assertInvalid(hours, "k\nx\n", "has no dates");
    }

    private void assertInvalid(JsonObject parameters, String csv, String reason) {
        assertThatThrownBy(() -> json(parameters, csv)).hasMessageContaining(reason);
    }

    private JsonObject json(JsonObject parameters, String csv) {
        return new JsonObject(
                fixture.content("groups", parameters, Buffer.buffer(csv)).body());
    }

    private static List<String> groups(JsonObject report) {
        JsonArray groups = report.getJsonArray("groups");
        return IntStream.range(0, groups.size())
                .mapToObj(groups::getJsonObject)
                .map(group -> group.getString("group") + "=" + group.getValue("sum"))
                .toList();
    }
}
