package io.redistributed.generate;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.vertx.core.buffer.Buffer;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** A summary as CSV: a line for each column, with the most frequent value for the top values, and no histogram. */
final class SummaryCsv {

    private static final List<String> HEADER = List.of(
            "name",
            "type",
            "count",
            "missing",
            "distinct",
            "min",
            "max",
            "mean",
            "standardDeviation",
            "quantile0.05",
            "quantile0.25",
            "quantile0.5",
            "quantile0.75",
            "quantile0.95",
            "top",
            "topCount");

    private SummaryCsv() {}

    static Buffer write(Summary summary) {
        StringWriter text = new StringWriter();
        CsvWriter csv = CsvWriter.builder().bufferSize(0).build(text);
        csv.writeRecord(HEADER);
        summary.columns().forEach(column -> csv.writeRecord(record(column)));
        return Buffer.buffer(text.toString());
    }

    private static List<String> record(Summary.ColumnSummary column) {
        List<Object> fields = new ArrayList<>(HEADER.size());
        Collections.addAll(fields, column.name(), column.type().label(), column.count(), column.missing());
        Collections.addAll(fields, column.distinct(), column.min(), column.max(), column.mean());
        fields.add(column.standardDeviation());
        fields.addAll(
                column.quantiles() == null
                        ? Collections.nCopies(5, null)
                        : column.quantiles().values());
        if (!column.top().isEmpty()) {
            Collections.addAll(
                    fields, column.top().get(0).value(), column.top().get(0).count());
        } else {
            Collections.addAll(fields, null, null);
        }
        return fields.stream().map(field -> Objects.toString(field, "")).toList();
    }
}
