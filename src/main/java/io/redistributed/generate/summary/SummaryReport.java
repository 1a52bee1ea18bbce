package io.redistributed.generate.summary;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.DoubleConsumer;

/**
 * Describes each column of a CSV file. {@link Layout} and {@link Table} document the input, {@link CsvSummary} the
 * result. Memory is bounded by a {@link Budget} for the kept values.
 *
 * @param contentType of the format
 */
public record SummaryReport(Buffer content, String contentType) {

    // Reading takes most of the time; the rest is for the figures.
    private static final double READING = 0.8;

    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    /**
     * Reads the input and writes its summary. Blocks.
     *
     * @param parameters of the report type {@code summary}, checked
     * @param progress receives the share of the work done, and may throw to end it
     * @throws CsvException if the input is malformed
     */
    public static SummaryReport of(CsvBytes csv, JsonObject parameters, DoubleConsumer progress)
            throws JsonProcessingException {
        String separator = parameters.getString("separator");
        String decimal = parameters.getString("decimal");
        Layout layout = Layout.of(csv, separator == null ? null : separator.charAt(0), parameters.getBoolean("header"));
        Table table = Table.read(csv, layout, Budget.ofReport(), done -> progress.accept(READING * done));
        CsvSummary summary = CsvSummary.of(
                table,
                parameters.getInteger("top", 10),
                parameters.getInteger("bins", 10),
                decimal == null ? null : DecimalMark.of(decimal),
                done -> progress.accept(READING + (1 - READING) * done));
        return switch (parameters.getString("format", "json")) {
            case "csv" ->
                new SummaryReport(
                        new SummaryCsv(parameters.getBoolean("escapeFormulas", true)).write(summary),
                        "text/csv; charset=utf-8");
            case "html" -> new SummaryReport(SummaryPage.write(summary), "text/html; charset=utf-8");
            default -> new SummaryReport(Buffer.buffer(JSON.writeValueAsBytes(summary)), "application/json");
        };
    }
}
