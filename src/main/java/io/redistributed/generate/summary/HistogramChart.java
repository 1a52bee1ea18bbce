package io.redistributed.generate.summary;

import io.redistributed.generate.summary.CsvSummary.ColumnSummary;
import io.redistributed.generate.summary.Distribution.Bin;
import io.redistributed.html.Html;
import io.redistributed.html.Svg;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** Draws the histogram of a numeric column as SVG, with its median and a text description. */
final class HistogramChart {

    private static final int WIDTH = 600;
    private static final int HEIGHT = 330;
    private static final int LEFT = 56;
    private static final int TOP = 28;
    private static final int BOTTOM = 300;

    private HistogramChart() {}

    static String svg(ColumnSummary column) {
        List<Bin> bins = column.histogram();
        long most = bins.stream().mapToLong(Bin::count).max().orElseThrow();
        Number min = bins.get(0).from();
        Number max = bins.get(bins.size() - 1).to();
        Number median = column.quantiles().get("0.5");
        Svg svg = new Svg(
                        "histogram",
                        WIDTH,
                        HEIGHT,
                        "Distribution of " + column.name(),
                        "Histogram with %s bars from %s to %s; the fullest holds %s values; the median is %s."
                                .formatted(
                                        bins.size(),
                                        Html.number(min),
                                        Html.number(max),
                                        Html.number(most),
                                        Html.number(median)))
                .line("grid", LEFT, TOP, WIDTH, TOP)
                .text("", LEFT - 8, TOP + 4, "end", Html.number(most));
        for (int i = 0; i < bins.size(); i++) {
            bar(svg, bins.get(i), edge(i, bins.size()), edge(i + 1, bins.size()), most);
        }
        boolean ranges = !max.equals(min);
        if (ranges) {
            median(svg, share(median, min, max));
        }
        svg.line("axis", LEFT, BOTTOM, WIDTH, BOTTOM)
                .text("", LEFT - 8, BOTTOM + 4, "end", "0")
                .text("", LEFT, BOTTOM + 20, "start", Html.number(min));
        return (ranges ? svg.text("", WIDTH, BOTTOM + 20, "end", Html.number(max)) : svg).end();
    }

    private static long edge(int bar, int bars) {
        return LEFT + Math.round((double) (WIDTH - LEFT) * bar / bars);
    }

    private static void bar(Svg svg, Bin bin, long left, long right, long most) {
        long height = Math.round((double) (BOTTOM - TOP) * bin.count() / most);
        // Keeps small non-empty bars visible.
        if (bin.count() > 0) {
            height = Math.max(1, height);
        }
        svg.bar(
                "",
                left + 1,
                BOTTOM - height,
                right - left - 2,
                height,
                Html.number(bin.from()) + " to " + Html.number(bin.to()) + ": " + Html.number(bin.count()));
    }

    /** Returns the position of {@code value} between the two, 0 to 1. */
    private static double share(Number value, Number min, Number max) {
        BigDecimal from = new BigDecimal(min.toString());
        BigDecimal range = new BigDecimal(max.toString()).subtract(from);
        return new BigDecimal(value.toString())
                .subtract(from)
                .divide(range, MathContext.DECIMAL32)
                .doubleValue();
    }

    private static void median(Svg svg, double share) {
        long x = LEFT + Math.round((WIDTH - LEFT) * share);
        String anchor = share < 0.1 ? "start" : share > 0.9 ? "end" : "middle";
        svg.line("median", x, TOP - 10, x, BOTTOM).text("median", x, TOP - 14, anchor, "median");
    }
}
