package io.redistributed.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.redistributed.generate.summary.CsvBytes;
import io.redistributed.generate.summary.CsvException;
import io.redistributed.generate.summary.GroupsReport;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * Report type {@code groups}: counts and sums the rows of a CSV file by the values of a column, or over time. {@link GroupsReport}
 * documents the rest; each report runs on one worker thread.
 */
public class GroupsGenerator extends GeneratorVerticle {

    @Override
    protected String type() {
        return "groups";
    }

    @Override
    protected JsonObject description() {
        return new JsonObject("""
                {
                  "title": "Groups of a CSV file: counts and sums by the values of a column, or over time",
                  "parameters": {
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "type": "object",
                    "properties": {
                      "groupBy": {
                        "description": "Name of the column whose values, or dates, make the groups.",
                        "type": "string", "minLength": 1, "maxLength": 1000
                      },
                      "value": {
                        "description": "Name of a column of numbers to add up; by default rows are counted.",
                        "type": "string", "minLength": 1, "maxLength": 1000
                      },
                      "interval": {
                        "description": "Groups dates into periods, in UTC: a time series without gaps.",
                        "enum": ["hour", "day", "week", "month", "year"]
                      },
                      "top": {
                        "description": "Number of groups to list, the largest first; a time series lists all.",
                        "type": "integer", "minimum": 1, "maximum": 1000, "default": 20
                      },
                      "format": {
                        "description": "Format of the report; html has a chart.",
                        "enum": ["json", "html"], "default": "json"
                      },
                      "header": {
                        "description": "Whether the first line of the table has the column names; detected by default. Without names, columns are column_1, column_2 and so on.",
                        "type": "boolean"
                      },
                      "separator": {
                        "description": "The field separator; detected by default.",
                        "enum": [",", ";", "\\t", "|"]
                      },
                      "decimal": {
                        "description": "The decimal mark of the numbers; detected by default.",
                        "enum": [".", ","]
                      }
                    },
                    "required": ["groupBy"],
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
        return compute(() -> group(request));
    }

    private static GeneratedContent group(GenerateRequest request) throws GenerationException, JsonProcessingException {
        try {
            CsvBytes csv = new CsvBytes(request.inputStream(), request.inputSize());
            GroupsReport report = GroupsReport.of(csv, request.parameters(), request.progress());
            return new GeneratedContent(report.content(), report.contentType());
        } catch (CsvException invalid) {
            throw GenerationException.invalidInput(invalid.getMessage());
        }
    }
}
