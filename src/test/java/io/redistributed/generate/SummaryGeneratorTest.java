package io.redistributed.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.redistributed.settings.SchemaCheck;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SummaryGeneratorTest {

    private final GeneratorFixture fixture = new GeneratorFixture();

    @BeforeAll
    void deploy() {
        fixture.deploy(SummaryGenerator::new);
        fixture.deploy(SimulatedGenerator::new);
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    @BeforeEach
    void forgetProgress() {
        fixture.progress.clear();
    }

    @Test
    void jsonHasDocumentedShape() {
        GeneratedContent content = content(new JsonObject().put("bins", 2).put("top", 1), "n,t\n1,x\n3,\n5,x,y\n");

        assertThat(content.contentType()).isEqualTo("application/json");
        assertThat(content.body().toJsonObject()).isEqualTo(new JsonObject("""
                                {
                                  "rows": 3,
                                  "dialect": {"encoding": "UTF-8", "separator": ",", "quote": "\\"", "headerLine": 1,
                                    "skippedLines": [], "decimalMark": null},
                                  "columns": [
                                    {"name": "n", "type": "integer", "count": 3, "missing": 0, "missingMarks": {},
                                     "unit": null, "format": null, "distinct": 3,
                                     "min": 1, "max": 5, "mean": 3.0, "standardDeviation": 2.0,
                                     "quantiles": {"0.05": 1.2, "0.25": 2.0, "0.5": 3.0, "0.75": 4.0, "0.95": 4.8},
                                     "top": [{"value": "1", "count": 1}],
                                     "histogram": [{"from": 1.0, "to": 3.0, "count": 1}, {"from": 3.0, "to": 5.0, "count": 2}],
                                     "approximation": null},
                                    {"name": "t", "type": "text", "count": 2, "missing": 1, "missingMarks": {},
                                     "unit": null, "format": null, "distinct": 1,
                                     "min": "x", "max": "x", "mean": null, "standardDeviation": null, "quantiles": null,
                                     "top": [{"value": "x", "count": 2}], "histogram": null, "approximation": null}
                                  ],
                                  "warnings": ["rows with more fields than there are columns: 1, from line 4 on; fields left out: 1"]
                                }
                                """));
    }

    @Test
    void csvHasLineForEachColumn() throws IOException {
        GeneratedContent content = content(format("csv"), "n,\"odd, \"\"name\"\"\"\n1,x\n4,x\n");

        assertThat(content.contentType()).isEqualTo("text/csv; charset=utf-8");
        try (CsvReader<NamedCsvRecord> csv =
                CsvReader.builder().ofNamedCsvRecord(content.body().toString())) {
            List<NamedCsvRecord> lines = csv.stream().toList();
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0).getFieldsAsMap())
                    .containsEntry("name", "n")
                    .containsEntry("type", "integer")
                    .containsEntry("max", "4")
                    .containsEntry("mean", "2.5")
                    .containsEntry("quantile0.5", "2.5");
            assertThat(lines.get(1).getFieldsAsMap())
                    .containsEntry("name", "odd, \"name\"")
                    .containsEntry("mean", "")
                    .containsEntry("quantile0.95", "")
                    .containsEntry("top", "x")
                    .containsEntry("topCount", "2");
        }
    }

    @Test
    void summarizesSalesSample() throws IOException {
        JsonObject summary =
                contentOf("samples/sales.csv", new JsonObject()).body().toJsonObject();

        assertThat(summary.getInteger("rows")).isEqualTo(200);
        assertThat(summary.getJsonArray("warnings")).isEmpty();
        assertThat(summary.getJsonArray("columns").stream()
                        .map(column -> ((JsonObject) column).getString("name") + " "
                                + ((JsonObject) column).getString("type")))
                .containsExactly(
                        "date date",
                        "region text",
                        "product text",
                        "units integer",
                        "unit price number",
                        "revenue number",
                        "returning customer boolean",
                        "note text");
        fixture.assertProgressRoseTo(1);
    }

    @Test
    void brokenSampleFailsWithLineAndReason() throws IOException {
        Buffer broken = Buffer.buffer(Files.readAllBytes(Path.of("samples/broken.csv")));

        assertThat(fixture.failure("summary", new JsonObject(), broken))
                .hasMessage("line 3, field 3: the quote that opens the field is never closed")
                .returns(false, GenerationException::isRetryable);
    }

    @Test
    void parametersSetSeparatorAndHeader() {
        JsonObject parameters = new JsonObject().put("separator", ";").put("header", false);

        JsonArray columns =
                content(parameters, "1,5;2,5\n1,5;3,5\n").body().toJsonObject().getJsonArray("columns");

        assertThat(columns).hasSize(2);
        assertThat(columns.getJsonObject(0).getString("name")).isEqualTo("column_1");
        assertThat(columns.getJsonObject(0).getDouble("max")).isEqualTo(1.5);
    }

    @Test
    void summarizesHeaderOnlyInEveryFormat() {
        assertThat(content(format("json"), "a,b\n").body().toJsonObject().getInteger("rows"))
                .isZero();
        assertThat(content(format("csv"), "a,b\n").body().toString().lines()).hasSize(3);
        assertThat(content(format("html"), "a,b\n").body().toString()).contains("<dd>0</dd>");
    }

    @Test
    void emptyInputFails() {
        assertThat(fixture.failure("summary", new JsonObject(), Buffer.buffer()))
                .hasMessage("the input is empty (expected a CSV file)");
    }

    @Test
    void summarizes100000Rows() {
        StringBuilder csv = new StringBuilder("id,n,x,group,flag,date,time,text,constant,mostly missing\r\n");
        for (int i = 0; i < 100_000; i++) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%d,%d,%.4f,g%d,%s,2026-01-%02d,2026-01-01T%02d:%02d:%02dZ,\"text, \"\"%d\"\"\",same,%s\r\n",
                    i,
                    i % 1000,
                    Math.sqrt(i),
                    i % 7,
                    i % 2 == 0,
                    1 + i % 31,
                    i / 3600 % 24,
                    i / 60 % 60,
                    i % 60,
                    i,
                    i % 100 == 0 ? "1" : ""));
        }

        JsonObject summary = content(new JsonObject(), csv.toString()).body().toJsonObject();

        assertThat(summary.getInteger("rows")).isEqualTo(100_000);
        assertThat(summary.getJsonArray("warnings")).isEmpty();
        JsonArray columns = summary.getJsonArray("columns");
        assertThat(columns.stream().map(column -> ((JsonObject) column).getString("type")))
                .containsExactly(
                        "integer",
                        "integer",
                        "number",
                        "text",
                        "boolean",
                        "date",
                        "datetime",
                        "text",
                        "text",
                        "integer");
        JsonObject id = columns.getJsonObject(0);
        assertThat(id.getInteger("distinct")).isEqualTo(100_000);
        assertThat(id.getDouble("mean")).isEqualTo(49_999.5, within(1e-6));
        // Of 0 … n - 1 the variance is n (n + 1) / 12.
        assertThat(id.getDouble("standardDeviation")).isEqualTo(Math.sqrt(100_000.0 * 100_001 / 12), within(1e-6));
        assertThat(id.getJsonObject("quantiles").getDouble("0.25")).isEqualTo(24_999.75, within(1e-6));
        assertThat(columns.getJsonObject(9).getInteger("missing")).isEqualTo(99_000);
        fixture.assertProgressRoseTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "summary   | {}                                                            | true",
                "summary   | {'format':'html','header':false,'separator':';','top':0,'bins':100} | true",
                "summary   | {'decimal':',','escapeFormulas':false}                          | true",
                "summary   | {'decimal':';'}                                               | false",
                "summary   | {'format':'pdf'}                                              | false",
                "summary   | {'separator':'x'}                                             | false",
                "summary   | {'top':101}                                                   | false",
                "summary   | {'bins':0}                                                    | false",
                "summary   | {'colour':'red'}                                              | false",
                "simulated | {}                                                            | true",
                "simulated | {'duration':'3s','cpu':0.5,'failureRate':0.1,'resultBytes':1000} | true",
                "simulated | {'duration':'250ms'}                                          | true",
                "simulated | {'duration':'2m','cpu':1,'failureRate':0,'resultBytes':0}     | true",
                "simulated | {'duration':'3 s'}                                            | false",
                "simulated | {'duration':'1h'}                                             | false",
                "simulated | {'duration':3}                                                | false",
                "simulated | {'cpu':1.1}                                                   | false",
                "simulated | {'failureRate':-0.1}                                          | false",
                "simulated | {'resultBytes':10000001}                                      | false",
                "simulated | {'resultBytes':1.5}                                           | false",
                "simulated | {'sleep':'3s'}                                                | false"
            },
            quoteCharacter = '"')
    void schemaDefinesParameters(String type, String parameters, boolean allowed) {
        JsonObject schema = Generators.deployed(fixture.vertx).get(type).getJsonObject("parameters");
        JsonObject asked = new JsonObject(parameters.replace('\'', '"'));

        assertThat(SchemaCheck.of(schema).check(asked).isEmpty()).isEqualTo(allowed);
    }

    private GeneratedContent content(JsonObject parameters, String csv) {
        return fixture.content("summary", parameters, Buffer.buffer(csv));
    }

    private GeneratedContent contentOf(String file, JsonObject parameters) throws IOException {
        return fixture.content("summary", parameters, Buffer.buffer(Files.readAllBytes(Path.of(file))));
    }

    private static JsonObject format(String format) {
        return new JsonObject().put("format", format);
    }
}
