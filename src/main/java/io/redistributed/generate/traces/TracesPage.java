package io.redistributed.generate.traces;

import io.redistributed.html.Html;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** Writes a {@code traces} report as a self-contained HTML page without scripts or requests. */
final class TracesPage {

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Operations in traces</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
            table { border-collapse: collapse; width: 100% }
            th, td { text-align: right; padding: .2rem .6rem; border-bottom: 1px solid #8884; font-variant-numeric: tabular-nums; vertical-align: top }
            th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; overflow-wrap: anywhere }
            .bar { display: block; height: 4px; background: #3b82c4 }
            .errors { color: #c2573b; font-weight: 600 }
            </style>
            </head>
            <body>
            <h1>Operations in traces</h1>
            """;

    private TracesPage() {}

    /** @param report as {@link TracesReport} writes it */
    static Buffer write(JsonObject report) {
        StringBuilder html = new StringBuilder(HEAD);
        append(
                html,
                "<p>%,d spans of %,d traces from %s to %s.</p>\n",
                report.getInteger("spans"),
                report.getInteger("traces"),
                Html.escape(report.getString("startTime")),
                Html.escape(report.getString("endTime")));
        html.append("<table>\n<tr><th>Service<th>Operation<th>Count<th>Errors<th>p50<th>p95<th>p99<th>Slowest\n");
        List<JsonObject> operations = objects(report, "operations");
        long most = operations.stream()
                .mapToLong(one -> one.getLong("p95Micros"))
                .max()
                .orElse(1);
        operations.forEach(operation -> row(html, operation, Math.max(1, most)));
        html.append("</table>\n");
        if (report.getInteger("omittedOperations") > 0) {
            append(html, "<p>Operations that are not listed: %,d.</p>\n", report.getInteger("omittedOperations"));
        }
        return Buffer.buffer(html.append("<p>The bars compare the 95th percentiles.</p>\n</body>\n</html>\n")
                .toString());
    }

    private static void row(StringBuilder html, JsonObject operation, long most) {
        int errors = operation.getInteger("errors");
        html.append("<tr><td>").append(Html.escape(operation.getString("service")));
        html.append("<td>").append(Html.escape(operation.getString("operation")));
        append(
                html,
                "<span class=\"bar\" style=\"width: %.1f%%\"></span>",
                100.0 * operation.getLong("p95Micros") / most);
        append(html, "<td>%,d<td%s>%,d", operation.getInteger("count"), errors > 0 ? " class=\"errors\"" : "", errors);
        for (String percentile : List.of("p50Micros", "p95Micros", "p99Micros")) {
            html.append("<td>").append(duration(operation.getLong(percentile)));
        }
        html.append("<td>");
        for (JsonObject slow : objects(operation, "slowest")) {
            append(
                    html,
                    "<a href=\"%s\">%s</a> ",
                    Html.escape(slow.getString("link")),
                    duration(slow.getLong("durationMicros")));
        }
        html.append('\n');
    }

    private static void append(StringBuilder html, String format, Object... values) {
        html.append(String.format(Locale.ROOT, format, values));
    }

    private static List<JsonObject> objects(JsonObject json, String name) {
        return json.getJsonArray(name).stream().map(JsonObject.class::cast).toList();
    }

    private static String duration(long micros) {
        return micros >= 1_000_000
                ? String.format(Locale.ROOT, "%.2f s", micros / 1e6)
                : String.format(Locale.ROOT, micros >= 10_000 ? "%.0f ms" : "%.2f ms", micros / 1e3);
    }
}
