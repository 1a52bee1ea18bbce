package io.redistributed.generate.summary;

import io.redistributed.html.Html;
import io.vertx.core.buffer.Buffer;

/** Writes a {@code groups} report as a self-contained HTML page with a bar chart, without scripts or requests. */
final class GroupsPage {

    private GroupsPage() {}

    static Buffer write(Grouping grouping) {
        String title = (grouping.value() == null ? "Rows" : "Sum of " + grouping.value()) + " by "
                + (grouping.interval() == null ? "" : grouping.interval() + " of ") + grouping.groupBy();
        StringBuilder html = new StringBuilder(1 << 14);
        html.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <style>
                body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }
                svg { width: 100%%; height: auto; font-size: 13px }
                svg text { fill: currentColor }
                rect { fill: #3b82c4 }
                rect.negative { fill: #c2573b }
                table { border-collapse: collapse; width: 100%% }
                th, td { text-align: right; padding: .2rem .6rem; border-bottom: 1px solid #8884; font-variant-numeric: tabular-nums }
                th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere }
                </style>
                </head>
                <body>
                <h1>%s</h1>
                <p>%s rows in %s groups%s%s%s.</p>
                """.formatted(
                        Html.text(title),
                        Html.text(title),
                        Html.number(grouping.rows()),
                        Html.number(grouping.distinct()),
                        note(grouping.others(), "in groups that are not listed"),
                        note(grouping.undated(), "without a date"),
                        note(grouping.notNumbers(), "without a number")));
        SummaryPage.warnings(html, grouping.warnings());
        html.append(GroupsChart.svg(grouping, title));
        table(html, grouping);
        return Buffer.buffer(html.append("</body>\n</html>\n").toString());
    }

    private static String note(long rows, String what) {
        return rows == 0 ? "" : "; " + Html.number(rows) + " rows " + what;
    }

    private static void table(StringBuilder html, Grouping grouping) {
        html.append("<table>\n<tr><th>").append(Html.text(grouping.groupBy())).append("</th><th>Rows</th>");
        if (grouping.value() != null) {
            html.append("<th>Sum</th><th>Mean</th><th>Minimum</th><th>Maximum</th>");
        }
        html.append("</tr>\n");
        for (Group group : grouping.groups()) {
            html.append("<tr><td>")
                    .append(Html.value(group.group()))
                    .append("</td><td>")
                    .append(Html.number(group.count()))
                    .append("</td>");
            if (grouping.value() != null) {
                for (Number figure : new Number[] {group.sum(), group.mean(), group.min(), group.max()}) {
                    html.append("<td>")
                            .append(figure == null ? "" : Html.number(figure.doubleValue()))
                            .append("</td>");
                }
            }
            html.append("</tr>\n");
        }
        html.append("</table>\n");
    }
}
