package io.redistributed.generate.summary;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;

/** Writes a {@code groups} report as a self-contained HTML page with a bar chart, without scripts or requests. */
final class GroupsPage {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 240;
    private static final int ROW = 22;
    private static final int NAMES = 200;
    private static final int BASE = 20;

    private GroupsPage() {}

    static Buffer write(Grouping grouping) {
        String title = Html.text((grouping.value() == null ? "Rows" : "Sum of " + grouping.value()) + " by "
                + (grouping.interval() == null ? "" : grouping.interval() + " of ") + grouping.groupBy());
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
                        title,
                        title,
                        Html.number(grouping.rows()),
                        Html.number(grouping.distinct()),
                        note(grouping.others(), "in groups that are not listed"),
                        note(grouping.undated(), "without a date"),
                        note(grouping.notNumbers(), "without a number")));
        chart(html, grouping, title);
        table(html, grouping);
        return Buffer.buffer(html.append("</body>\n</html>\n").toString());
    }

    private static String note(long rows, String what) {
        return rows == 0 ? "" : "; " + Html.number(rows) + " rows " + what;
    }

    private static void chart(StringBuilder html, Grouping grouping, String title) {
        List<Group> groups = grouping.groups();
        double most = Math.max(
                groups.stream()
                        .mapToDouble(group -> size(grouping, group))
                        .max()
                        .orElse(0),
                0);
        double least = Math.min(
                groups.stream()
                        .mapToDouble(group -> size(grouping, group))
                        .min()
                        .orElse(0),
                0);
        double range = most > least ? most - least : 1;
        boolean isSeries = grouping.interval() != null;
        int height = isSeries ? HEIGHT : ROW * groups.size();
        html.append("<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>%s</title>\n"
                .formatted(WIDTH, height + (isSeries ? BASE : 0), title));
        for (int i = 0; i < groups.size(); i++) {
            double size = size(grouping, groups.get(i));
            double length = Math.abs(size) / range;
            double start = (Math.min(size, 0) - least) / range;
            String label = Html.text(groups.get(i).group()) + ": " + Html.number(size);
            if (isSeries) {
                double width = (double) WIDTH / groups.size();
                bar(
                        html,
                        size,
                        i * width,
                        (1 - start - length) * height,
                        Math.max(width - 1, width / 2),
                        length * height,
                        label);
            } else {
                html.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n"
                        .formatted(
                                NAMES - 8, ROW * i + 15, shortened(groups.get(i).group())));
                double full = WIDTH - NAMES;
                bar(html, size, NAMES + start * full, ROW * i + 2, length * full, ROW - 4, label);
            }
        }
        if (isSeries && !groups.isEmpty()) {
            html.append("<text x=\"0\" y=\"%d\">%s</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n"
                    .formatted(
                            height + 15,
                            Html.text(groups.get(0).group()),
                            WIDTH,
                            height + 15,
                            Html.text(groups.get(groups.size() - 1).group())));
        }
        html.append("</svg>\n");
    }

    private static void bar(
            StringBuilder html, double size, double x, double y, double width, double height, String label) {
        html.append(String.format(
                Locale.ROOT,
                "<rect%s x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"><title>%s</title></rect>%n",
                size < 0 ? " class=\"negative\"" : "",
                x,
                y,
                width,
                height,
                label));
    }

    private static String shortened(String name) {
        return Html.text(
                name.codePointCount(0, name.length()) > 26
                        ? name.substring(0, name.offsetByCodePoints(0, 25)) + "…"
                        : name);
    }

    private static double size(Grouping grouping, Group group) {
        return grouping.value() == null
                ? group.count()
                : group.sum() == null ? 0 : group.sum().doubleValue();
    }

    private static void table(StringBuilder html, Grouping grouping) {
        html.append("<table>\n<tr><th>").append(Html.text(grouping.groupBy())).append("</th><th>Rows</th>");
        if (grouping.value() != null) {
            html.append("<th>Sum</th><th>Mean</th><th>Least</th><th>Greatest</th>");
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
