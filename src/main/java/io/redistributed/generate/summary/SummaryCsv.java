package io.redistributed.generate.summary;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.redistributed.generate.summary.CsvSummary.ColumnSummary;
import io.vertx.core.buffer.Buffer;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes a summary as CSV: one line per column, with the most frequent value and without histogram. The first line also has the dialect of the file and the warnings.
 *
 * <p>Spreadsheets run text as a formula that starts with one of {@code = + - @}, a tab or a line break (OWASP, CSV
 * injection). Such text is prefixed by {@code '} unless it is a number; so is such text after a character that some spreadsheets treat as the end of a field.
 */
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
            "topCount",
            "missingMarks",
            "unit",
            "format",
            "approximation",
            "dialect",
            "warnings");

    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9.,]+([eE][+-]?[0-9]+)?");
    private static final Pattern FORMULA =
            Pattern.compile("(\\A|[;\\t\\r\\n])(?=[=+\\-@\\t\\r\\n\uFF1D\uFF0B\uFF0D\uFF20])");

    private final boolean escapeFormulas;

    SummaryCsv(boolean escapeFormulas) {
        this.escapeFormulas = escapeFormulas;
    }

    Buffer write(CsvSummary summary) {
        StringWriter text = new StringWriter();
        CsvWriter csv = CsvWriter.builder().bufferSize(0).build(text);
        csv.writeRecord(HEADER);
        String dialect = summary.dialect().text();
        String warnings = String.join("\n", summary.warnings());
        for (ColumnSummary column : summary.columns()) {
            csv.writeRecord(record(column, dialect, warnings));
            dialect = "";
            warnings = "";
        }
        return Buffer.buffer(text.toString());
    }

    private List<String> record(ColumnSummary column, String dialect, String warnings) {
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
        String marks = column.missingMarks().entrySet().stream()
                .map(mark -> mark.getKey() + ": " + mark.getValue().count())
                .collect(Collectors.joining("\n"));
        Collections.addAll(fields, marks, column.unit(), column.format(), approximation(column.approximation()));
        Collections.addAll(fields, dialect, warnings);
        return fields.stream().map(this::text).toList();
    }

    private static String approximation(CsvSummary.Approximation approximation) {
        return approximation == null ? null : approximation.text();
    }

    private String text(Object field) {
        if (!(field instanceof String text)
                || !escapeFormulas
                || NUMBER.matcher(text).matches()) {
            return Objects.toString(field, "");
        }
        return FORMULA.matcher(text).replaceAll("$1'");
    }
}
