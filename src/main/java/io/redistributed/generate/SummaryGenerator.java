package io.redistributed.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.DoubleConsumer;

/**
 * Report type {@code summary}: describes each column of a CSV file. The input is CSV in UTF-8; see {@link Table} for what
 * is accepted and {@link Summary} for what comes out. Everything is exact, so a report takes memory in the order of the
 * input's distinct values; each runs on one worker thread.
 */
public final class SummaryGenerator extends GeneratorVerticle {

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
                        "description": "Whether the first line holds the names of the columns.",
                        "type": "boolean", "default": true
                      },
                      "separator": {
                        "description": "What separates the fields; found out from the first lines if not given.",
                        "enum": [",", ";", "\\t", "|"]
                      },
                      "top": {
                        "description": "How many of the most frequent values to list for each column.",
                        "type": "integer", "minimum": 0, "maximum": 100, "default": 10
                      },
                      "bins": {
                        "description": "How many bars the histogram of a numeric column has.",
                        "type": "integer", "minimum": 1, "maximum": 100, "default": 10
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
        byte[] csv = request.input().getBytes();
        String given = parameters.getString("separator");
        char separator = given == null ? Separator.detect(csv) : given.charAt(0);

        Table table = Table.read(
                csv, separator, parameters.getBoolean("header", true), done -> progress.accept(READING * done));
        Summary summary = Summary.of(
                table,
                parameters.getInteger("top", 10),
                parameters.getInteger("bins", 10),
                done -> progress.accept(READING + (1 - READING) * done));
        return write(summary, parameters.getString("format", "json"));
    }

    private static GeneratedContent write(Summary summary, String format) throws JsonProcessingException {
        return switch (format) {
            case "csv" -> new GeneratedContent(SummaryCsv.write(summary), "text/csv; charset=utf-8");
            case "html" -> new GeneratedContent(SummaryPage.write(summary), "text/html; charset=utf-8");
            default -> new GeneratedContent(Buffer.buffer(JSON.writeValueAsBytes(summary)), "application/json");
        };
    }
}
