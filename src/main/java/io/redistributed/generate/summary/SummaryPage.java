package io.redistributed.generate.summary;

import io.redistributed.generate.summary.CsvSummary.ColumnSummary;
import io.redistributed.generate.summary.CsvSummary.TopValue;
import io.redistributed.html.Html;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes a summary as a self-contained HTML page: no scripts, fonts or requests, enforced by its content security policy. Follows the reader's light or dark scheme.
 */
final class SummaryPage {

    private static final String CSS = css();
    private static final Map<String, String> QUANTILE_NAMES = Map.of(
            "0.05", "5th percentile",
            "0.25", "25th percentile",
            "0.5", "Median",
            "0.75", "75th percentile",
            "0.95", "95th percentile");

    private final StringBuilder html = new StringBuilder(1 << 16);

    private SummaryPage() {}

    static Buffer write(CsvSummary summary) {
        SummaryPage page = new SummaryPage();
        page.page(summary);
        return Buffer.buffer(page.html.toString());
    }

    private static String css() {
        try (InputStream css = SummaryPage.class.getResourceAsStream("summary.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void page(CsvSummary summary) {
        List<ColumnSummary> columns = summary.columns();
        long cells = summary.rows() * columns.size();
        long missing = columns.stream().mapToLong(ColumnSummary::missing).sum();
        html.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>Data summary</title>
                <style>
                %s</style>
                </head>
                <body>
                <header>
                <h1>Data summary</h1>
                <dl class="facts">
                <div><dt>Rows</dt><dd>%s</dd></div>
                <div><dt>Columns</dt><dd>%s</dd></div>
                <div><dt>Missing values</dt><dd>%s <small>%s</small></dd></div>
                </dl>
                </header>
                <main>
                """.formatted(
                        CSS,
                        Html.number(summary.rows()),
                        Html.number(columns.size()),
                        Html.number(missing),
                        Html.percent(missing, cells)));
        html.append("<p class=\"dialect\">Read as ")
                .append(Html.value(summary.dialect().text()))
                .append(".</p>\n");
        warnings(html, summary.warnings());
        overview(columns);
        for (int i = 0; i < columns.size(); i++) {
            column(i, columns.get(i));
        }
        html.append("</main>\n</body>\n</html>\n");
    }

    static void warnings(StringBuilder html, List<String> warnings) {
        if (!warnings.isEmpty()) {
            html.append("<section class=\"warnings\" aria-label=\"Warnings\">\n<h2>Worth a look</h2>\n<ul>\n");
            warnings.forEach(
                    warning -> html.append("<li>").append(Html.value(warning)).append("</li>\n"));
            html.append("</ul>\n</section>\n");
        }
    }

    private void overview(List<ColumnSummary> columns) {
        html.append("""
                <div class="scroll">
                <table class="overview">
                <caption>Columns at a glance</caption>
                <thead><tr><th scope="col">Column</th><th scope="col">Type</th><th scope="col">Values</th>\
                <th scope="col">Missing</th><th scope="col">Distinct</th><th scope="col" class="v">Minimum</th>\
                <th scope="col" class="v">Maximum</th></tr></thead>
                <tbody>
                """);
        for (int i = 0; i < columns.size(); i++) {
            ColumnSummary column = columns.get(i);
            html.append("""
                    <tr><th scope="row"><a href="#c%s">%s</a></th><td>%s</td><td class="n">%s</td><td class="n">%s</td>\
                    <td class="n">%s</td><td class="v">%s</td><td class="v">%s</td></tr>
                    """.formatted(
                            i,
                            Html.value(column.name()),
                            column.type().label(),
                            Html.number(column.count()),
                            Html.number(column.missing()),
                            about(column) + Html.number(column.distinct()),
                            value(column.min()),
                            value(column.max())));
        }
        html.append("</tbody>\n</table>\n</div>\n");
    }

    private void column(int index, ColumnSummary column) {
        html.append("""
                <section class="column" id="c%s" aria-labelledby="h%s">
                <h2 id="h%s">%s <span class="type">%s</span></h2>
                <div class="body">
                <dl class="figures">
                """.formatted(
                index, index, index, Html.value(column.name()), column.type().label()));
        figure("Values", Html.number(column.count()));
        figure(
                "Missing",
                Html.number(column.missing()) + " <small>"
                        + Html.percent(column.missing(), column.count() + column.missing()) + "</small>");
        figure("Distinct", about(column) + Html.number(column.distinct()));
        note("Unit", column.unit());
        note("Written with", column.format());
        if (!column.missingMarks().isEmpty()) {
            note("Counted as missing", String.join(" ", column.missingMarks().keySet()));
        }
        if (column.approximation() != null) {
            note("Approximate", column.approximation().text());
        }
        if (column.type().isNumeric()) {
            figure("Mean", Html.number(column.mean()));
            figure("Standard deviation", value(column.standardDeviation()));
            figure("Minimum", value(column.min()));
            column.quantiles()
                    .forEach((share, value) -> figure(QUANTILE_NAMES.get(share), about(column) + Html.number(value)));
            figure("Maximum", value(column.max()));
            html.append("</dl>\n<figure>\n");
            html.append(HistogramChart.svg(column));
            html.append("</figure>\n");
        } else {
            figure("First", value(column.min()));
            figure("Last", value(column.max()));
            html.append("</dl>\n");
            top(column);
        }
        html.append("</div>\n</section>\n");
    }

    private void figure(String name, String value) {
        html.append("<div><dt>%s</dt><dd>%s</dd></div>\n".formatted(name, value));
    }

    private void note(String name, String text) {
        if (text != null) {
            figure(name, Html.value(text));
        }
    }

    private static String about(ColumnSummary column) {
        return column.approximation() == null ? "" : "≈ ";
    }

    private void top(ColumnSummary column) {
        if (column.top().isEmpty()) {
            return;
        }
        long most = column.top().get(0).count();
        html.append("<table class=\"top\">\n<caption>")
                .append(
                        most == 1 && column.approximation() == null
                                ? "Every value occurs once"
                                : "Most frequent values")
                .append("""
                        </caption>
                        <thead><tr><th scope="col">Value</th><th scope="col"><span class="unseen">Bar</span></th>\
                        <th scope="col">Count</th><th scope="col">Share</th></tr></thead>
                        <tbody>
                        """);
        for (TopValue value : column.top()) {
            html.append("""
                    <tr><th scope="row">%s</th><td class="bar"><svg viewBox="0 0 1000 8" preserveAspectRatio="none" \
                    aria-hidden="true"><rect width="%s" height="8"/></svg></td><td class="n">%s</td><td class="n">%s</td></tr>
                    """.formatted(
                            Html.value(value.value()),
                            Math.max(4, 1000 * value.count() / most),
                            Html.number(value.count()),
                            Html.percent(value.count(), column.count())));
        }
        html.append("</tbody>\n</table>\n");
    }

    private static String value(Object figure) {
        if (figure == null) {
            return "–";
        }
        return figure instanceof String text ? Html.value(text) : Html.number((Number) figure);
    }
}
