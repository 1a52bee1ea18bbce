package io.redistributed.load;

import io.redistributed.html.Html;
import io.redistributed.load.Chart.Point;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Renders a result as a self-contained HTML page with table and charts, without scripts. */
final class ResultPage {

    private static final double MICROS = 1000.0;
    private static final int POINTS_PER_HALF_DISTANCE = 4;

    private ResultPage() {}

    static String of(LoadResult result) throws IOException {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <meta name="color-scheme" content="light dark">
                <title>Load of redistributed</title>
                <style>
                %s</style>
                </head>
                <body>
                <h1>Load of redistributed, %s</h1>
                <pre>%s</pre>
                %s%s%s</body>
                </html>
                """.formatted(
                        style(),
                        result.started().truncatedTo(ChronoUnit.SECONDS),
                        Html.escape(LoadSummary.of(result)),
                        distribution(result),
                        overTime(result),
                        throughput(result));
    }

    private static String distribution(LoadResult result) {
        Chart chart = new Chart("Latency by percentile, ms", "percentile", true);
        for (double percentile : new double[] {0, 50, 90, 99, 99.9, 99.99}) {
            chart.xTick(nines(percentile), String.valueOf(percentile).replaceFirst("\\.0$", ""));
        }
        chart.line("accepted", curve(result.accept()));
        if (!result.plan().isOpen()) {
            chart.line("corrected", curve(result.corrected()));
        }
        chart.line("done", curve(result.done()));
        return chart.svg();
    }

    private static List<Point> curve(Histogram histogram) {
        List<Point> points = new ArrayList<>();
        for (HistogramIterationValue value : histogram.percentiles(POINTS_PER_HALF_DISTANCE)) {
            double percentile = value.getPercentileLevelIteratedTo();
            if (percentile < 100) {
                double millis = value.getValueIteratedTo() / MICROS;
                points.add(new Point(
                        nines(percentile),
                        millis,
                        String.format(Locale.ROOT, "%.2f ms, percentile %.4f", millis, percentile)));
            }
        }
        return points;
    }

    /** Gives each further nine the same width. */
    private static double nines(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    private static String overTime(LoadResult result) {
        Chart chart = new Chart("Latency over time, ms", "seconds", true);
        boolean hasDone = result.done().getTotalCount() > 0;
        timeTicks(chart, result);
        chart.line("accepted p50", series(result, interval -> interval.accept().p50() / MICROS));
        chart.line("accepted p99", series(result, interval -> interval.accept().p99() / MICROS));
        if (hasDone) {
            chart.line("done p50", series(result, interval -> interval.done().p50() / MICROS));
            chart.line("done p99", series(result, interval -> interval.done().p99() / MICROS));
        }
        return chart.svg();
    }

    private static String throughput(LoadResult result) {
        Chart chart = new Chart("Accepted per second", "seconds", false);
        timeTicks(chart, result);
        chart.line("accepted", series(result, Series.Interval::acceptedPerSecond));
        return chart.svg();
    }

    private static void timeTicks(Chart chart, LoadResult result) {
        for (int i = 0; i <= 6; i++) {
            double at = result.seconds() * i / 6;
            chart.xTick(at, String.format(Locale.ROOT, "%.0f", at));
        }
    }

    /** Leaves out responses after the measured time. */
    private static List<Point> series(LoadResult result, ToDoubleFunction<Series.Interval> value) {
        return result.intervals().stream()
                .filter(interval -> interval.start() < result.seconds())
                .map(interval -> new Point(
                        interval.end(),
                        value.applyAsDouble(interval),
                        String.format(Locale.ROOT, "%.2f at %.0f s", value.applyAsDouble(interval), interval.end())))
                .toList();
    }

    private static String style() throws IOException {
        try (InputStream in = ResultPage.class.getResourceAsStream("load.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
