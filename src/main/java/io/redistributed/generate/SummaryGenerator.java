package io.redistributed.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.redistributed.generate.summary.CsvBytes;
import io.redistributed.generate.summary.CsvException;
import io.redistributed.generate.summary.SummaryReport;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * Report type {@code summary}: a {@link SummaryReport} of a CSV file, made on one worker thread.
 */
public class SummaryGenerator extends GeneratorVerticle {

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
    protected boolean streamsInput() {
        return true;
    }

    @Override
    protected Future<GeneratedContent> generate(GenerateRequest request) {
        return compute(() -> summarize(request));
    }

    private static GeneratedContent summarize(GenerateRequest request)
            throws GenerationException, JsonProcessingException {
        try {
            CsvBytes csv = new CsvBytes(request.inputStream(), request.inputSize());
            SummaryReport report = SummaryReport.of(csv, request.parameters(), request.progress());
            return new GeneratedContent(report.content(), report.contentType());
        } catch (CsvException invalid) {
            throw GenerationException.invalidInput(invalid.getMessage());
        }
    }
}
