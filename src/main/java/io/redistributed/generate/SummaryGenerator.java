package io.redistributed.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.function.DoubleConsumer;

/**
 * Report type {@code summary}: describes each column of a CSV file. See {@link Layout} and {@link Table} for what is
 * accepted and {@link CsvSummary} for what comes out. Memory is bounded by the input and a {@link Budget} for what is kept of
 * it; each report runs on one worker thread.
 */
public class SummaryGenerator extends GeneratorVerticle {

    // Reading takes most of the time; what is left is for the figures.
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
                        "description": "Whether the first line of the table holds the names of the columns; found out if not given.",
                        "type": "boolean"
                      },
                      "separator": {
                        "description": "What separates the fields; found out if not given.",
                        "enum": [",", ";", "\\t", "|"]
                      },
                      "decimal": {
                        "description": "The decimal mark of the numbers; found out if not given.",
                        "enum": [".", ","]
                      },
                      "top": {
                        "description": "How many of the most frequent values to list for each column.",
                        "type": "integer", "minimum": 0, "maximum": 100, "default": 10
                      },
                      "bins": {
                        "description": "How many bars the histogram of a numeric column has.",
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
        // Not a copy: an input may have hundreds of megabytes.
        ByteBuffer csv = ((BufferInternal) request.input()).getByteBuf().nioBuffer();

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
