package io.redistributed.generate.summary;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.DoubleConsumer;

/**
 * Counts and sums the rows of a CSV file by groups or periods. {@link Layout} documents the input, {@link Grouping} the
 * result. Memory is bounded by {@value Grouping#MAX_GROUPS} groups and a {@link Budget}.
 *
 * @param contentType of the format
 */
public record GroupsReport(Buffer content, String contentType) {

    private static final int DEFAULT_TOP = 20;

    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    /**
     * Reads the input and writes its groups. Blocks.
     *
     * @param parameters of the report type {@code groups}, checked
     * @param progress receives the share of the work done, and may throw to end it
     * @throws CsvException if the input is malformed, lacks a column or has too many groups
     */
    public static GroupsReport of(CsvBytes csv, JsonObject parameters, DoubleConsumer progress)
            throws JsonProcessingException {
        String separator = parameters.getString("separator");
        String interval = parameters.getString("interval");
        Layout layout = Layout.of(csv, separator == null ? null : separator.charAt(0), parameters.getBoolean("header"));
        String decimal = parameters.getString("decimal");
        Grouping grouping = Grouper.group(
                csv,
                layout,
                new Grouping.Query(
                        parameters.getString("groupBy"),
                        parameters.getString("value"),
                        interval == null ? null : Interval.of(interval),
                        decimal == null ? null : DecimalMark.of(decimal),
                        parameters.getInteger("top", DEFAULT_TOP)),
                Budget.ofReport(),
                progress);
        return parameters.getString("format", "json").equals("html")
                ? new GroupsReport(GroupsPage.write(grouping), "text/html; charset=utf-8")
                : new GroupsReport(Buffer.buffer(JSON.writeValueAsBytes(grouping)), "application/json");
    }
}
