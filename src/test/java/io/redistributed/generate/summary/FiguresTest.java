package io.redistributed.generate.summary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.redistributed.generate.summary.CsvSummary.ColumnSummary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the figures of typical files with those of {@code expect.py}. */
class FiguresTest {

    private static final Path FOLDER = Path.of("src/test/resources/io/redistributed/generate/figures");
    private static final BigDecimal TOLERANCE = new BigDecimal("1e-14");

    static Stream<Map.Entry<String, Object>> files() throws IOException {
        return new JsonObject(Files.readString(FOLDER.resolve("expected.json"), UTF_8)).stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void figuresMatchReferenceImplementation(Map.Entry<String, Object> file) throws IOException {
        JsonObject expected = (JsonObject) file.getValue();
        CsvSummary summary = Summaries.of(Files.readAllBytes(FOLDER.resolve(file.getKey())), 10, 10, Budget.ofReport());

        assertThat(summary.rows()).isEqualTo(expected.getLong("rows"));
        assertThat(summary.dialect().separator()).isEqualTo(expected.getString("separator"));
        assertThat(summary.dialect().headerLine()).isEqualTo(expected.getLong("headerLine"));
        JsonArray columns = expected.getJsonArray("columns");
        assertThat(summary.columns()).hasSize(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            ColumnSummary column = summary.columns().get(i);
            compare(column, columns.getJsonObject(i), file.getKey() + ", " + column.name());
        }
        names(summary, expected.getJsonArray("names"));
    }

    private static void names(CsvSummary summary, JsonArray given) {
        List<String> names = summary.columns().stream().map(ColumnSummary::name).toList();
        assertThat(names).isNotEmpty().doesNotHaveDuplicates();
        given.stream().distinct().filter(name -> !"".equals(name)).forEach(name -> assertThat(
                        names.get(given.getList().indexOf(name)))
                .isEqualTo(name));
    }

    private static void compare(ColumnSummary column, JsonObject expected, String where) {
        assertThat(column.type().label()).as(where).isEqualTo(expected.getString("type"));
        assertThat(column.count()).as(where).isEqualTo(expected.getLong("count"));
        assertThat(column.missing()).as(where).isEqualTo(expected.getLong("missing"));
        assertThat(column.distinct()).as(where).isEqualTo(expected.getLong("distinct"));
        List<JsonArray> top = new ArrayList<>();
        column.top().forEach(value -> top.add(new JsonArray().add(value.value()).add(value.count())));
        assertThat(new JsonArray(top)).as(where).isEqualTo(expected.getJsonArray("top"));
        assertThat(column.approximation()).as(where).isNull();
        if (column.type().isNumeric()) {
            numbers(column, expected, where);
        } else if (column.count() > 0) {
            assertThat(expected.getJsonArray("min")).as(where).contains(column.min());
            assertThat(expected.getJsonArray("max")).as(where).contains(column.max());
        }
    }

    private static void numbers(ColumnSummary column, JsonObject expected, String where) {
        close(column.min(), expected.getString("min"), where);
        close(column.max(), expected.getString("max"), where);
        if (column.type() == ColumnType.INTEGER) {
            assertThat(column.min().toString()).as(where).isEqualTo(expected.getString("min"));
            assertThat(column.max().toString()).as(where).isEqualTo(expected.getString("max"));
        }
        close(column.mean(), expected.getString("mean"), where);
        close(column.standardDeviation(), expected.getString("standardDeviation"), where);
        assertThat(expected.getJsonObject("quantiles")).isNotEmpty();
        expected.getJsonObject("quantiles")
                .forEach(quantile ->
                        close(column.quantiles().get(quantile.getKey()), (String) quantile.getValue(), where));
        assertThat(column.histogram().stream().map(bin -> (Object) (int) bin.count()))
                .as(where)
                .containsExactlyElementsOf(expected.getJsonArray("histogram"));
    }

    private static void close(Object actual, String expected, String where) {
        BigDecimal right = new BigDecimal(expected);
        BigDecimal error = new BigDecimal(actual.toString()).subtract(right).abs();
        BigDecimal allowed = right.abs().multiply(TOLERANCE, MathContext.DECIMAL64);
        assertThat(error).as(where + ": " + actual + " for " + expected).isCloseTo(BigDecimal.ZERO, within(allowed));
    }
}
