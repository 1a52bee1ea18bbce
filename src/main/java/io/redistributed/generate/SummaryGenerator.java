package io.redistributed.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.function.DoubleConsumer;

/**
 * Report type {@code summary}: describes each column of a CSV file. {@link Layout} and {@link Table} document the input, {@link CsvSummary} the result. Memory is bounded by the input size and a {@link Budget} for the kept values; each report runs on one worker thread.
 */
public class SummaryGenerator extends GeneratorVerticle {

    // Reading takes most of the time; the rest is for the figures.
    private static final double READING = 0.8;

    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    @Override
    protected String type() {
        return "summary";
    }

    @Override
    protected JsonObject description() {
        return new JsonObject("""
                {
                  "title": "Summary of a CSV file: types, missing values, statistics and distribution of each column",
                  "parameters": {
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "type": "object",
                    "properties": {
                      "format": {
                        "description": "Format of the report.",
                        "enum": ["json", "csv", "html"], "default": "json"
                      },
                      "header": {
                        "description": "Whether the first line of the table has the column names; detected by default.",
                        "type": "boolean"
                      },
                      "separator": {
                        "description": "The field separator; detected by default.",
                        "enum": [",", ";", "\\t", "|"]
                      },
                      "decimal": {
                        "description": "The decimal mark of the numbers; detected by default.",
                        "enum": [".", ","]
                      },
                      "top": {
                        "description": "Number of most frequent values to list for each column.",
                        "type": "integer", "minimum": 0, "maximum": 100, "default": 10
                      },
                      "bins": {
                        "description": "Number of bars in the histogram of a numeric column.",
                        "type": "integer", "minimum": 1, "maximum": 100, "default": 10
                      },
                      "escapeFormulas": {
                        "description": "Whether the csv format puts a ' before text that a spreadsheet would run as a formula.",
                        "type": "boolean", "default": true
                      }
                    },
                    "additionalProperties": false
                  }
                }
                """);
    }

    @Override
    protected Future<GeneratedContent> generate(GenerateRequest request) {
        return compute(() -> summarize(request));
    }

    private static GeneratedContent summarize(GenerateRequest request)
            throws GenerationException, JsonProcessingException {
        JsonObject parameters = request.parameters();
        DoubleConsumer progress = request.progress();
        String separator = parameters.getString("separator");
        String decimal = parameters.getString("decimal");
        // Wraps the input without a copy, because it may be hundreds of megabytes.
        ByteBuffer csv = VertxInternals.bytes(request.input());

        Layout layout = Layout.of(csv, separator == null ? null : separator.charAt(0), parameters.getBoolean("header"));
        Table table = Table.read(csv, layout, Budget.ofReport(), done -> progress.accept(READING * done));
        CsvSummary summary = CsvSummary.of(
                table,
                parameters.getInteger("top", 10),
                parameters.getInteger("bins", 10),
                decimal == null ? null : DecimalMark.of(decimal),
                done -> progress.accept(READING + (1 - READING) * done));
        return write(summary, parameters);
    }

    private static GeneratedContent write(CsvSummary summary, JsonObject parameters) throws JsonProcessingException {
        return switch (parameters.getString("format", "json")) {
            case "csv" ->
                new GeneratedContent(
                        new SummaryCsv(parameters.getBoolean("escapeFormulas", true)).write(summary),
                        "text/csv; charset=utf-8");
            case "html" -> new GeneratedContent(SummaryPage.write(summary), "text/html; charset=utf-8");
            default -> new GeneratedContent(Buffer.buffer(JSON.writeValueAsBytes(summary)), "application/json");
        };
    }
}
