package io.redistributed.generate.summary;

import io.redistributed.generate.summary.CsvSummary.ColumnSummary;
import io.redistributed.generate.summary.Distribution.Bin;
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

    /** @param id unique on the page */
    static String svg(ColumnSummary column, String id) {
        List<Bin> bins = column.histogram();
        long most = bins.stream().mapToLong(Bin::count).max().orElseThrow();
        Number min = bins.get(0).from();
        Number max = bins.get(bins.size() - 1).to();
        StringBuilder svg = new StringBuilder();
        svg.append("""
                <svg class="histogram" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-title %s-desc">
                <title id="%s-title">Distribution of %s</title>
                <desc id="%s-desc">Histogram with %s bars from %s to %s; the fullest holds %s values; the median is %s.</desc>
                <line class="grid" x1="%s" y1="%s" x2="%s" y2="%s"/><text x="%s" y="%s" text-anchor="end">%s</text>
                """.formatted(
                        WIDTH,
                        HEIGHT,
                        id,
                        id,
                        id,
                        Html.text(column.name()),
                        id,
                        bins.size(),
                        Html.number(min),
                        Html.number(max),
                        Html.number(most),
                        Html.number(column.quantiles().get("0.5")),
                        LEFT,
                        TOP,
                        WIDTH,
                        TOP,
                        LEFT - 8,
                        TOP + 4,
                        Html.number(most)));
        for (int i = 0; i < bins.size(); i++) {
            bar(svg, bins.get(i), edge(i, bins.size()), edge(i + 1, bins.size()), most);
        }
        boolean ranges = !max.equals(min);
        if (ranges) {
            median(svg, share(column.quantiles().get("0.5"), min, max));
        }
        svg.append("""
                <line class="axis" x1="%s" y1="%s" x2="%s" y2="%s"/><text x="%s" y="%s" text-anchor="end">0</text>
                <text x="%s" y="%s">%s</text><text x="%s" y="%s" text-anchor="end">%s</text>
                </svg>
                """.formatted(
                        LEFT,
                        BOTTOM,
                        WIDTH,
                        BOTTOM,
                        LEFT - 8,
                        BOTTOM + 4,
                        LEFT,
                        BOTTOM + 20,
                        Html.number(min),
                        WIDTH,
                        BOTTOM + 20,
                        ranges ? Html.number(max) : ""));
        return svg.toString();
    }

    private static long edge(int bar, int bars) {
        return LEFT + Math.round((double) (WIDTH - LEFT) * bar / bars);
    }

    private static void bar(StringBuilder svg, Bin bin, long left, long right, long most) {
        long height = Math.round((double) (BOTTOM - TOP) * bin.count() / most);
        // Keeps small non-empty bars visible.
        if (bin.count() > 0) {
            height = Math.max(1, height);
        }
        svg.append("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s to %s: %s</title></rect>\n"
                .formatted(
                        left + 1,
                        BOTTOM - height,
                        right - left - 2,
                        height,
                        Html.number(bin.from()),
                        Html.number(bin.to()),
                        Html.number(bin.count())));
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

    private static void median(StringBuilder svg, double share) {
        long x = LEFT + Math.round((WIDTH - LEFT) * share);
        svg.append("""
                <line class="median" x1="%s" y1="%s" x2="%s" y2="%s"/>\
                <text class="median" x="%s" y="%s" text-anchor="%s">median</text>
                """.formatted(
                        x, TOP - 10, x, BOTTOM, x, TOP - 14, share < 0.1 ? "start" : share > 0.9 ? "end" : "middle"));
    }
}
