package io.redistributed.load;

import io.redistributed.html.Html;
import io.redistributed.html.Svg;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** A line chart as inline SVG. A logarithmic axis leaves out values of zero or less. */
final class Chart {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int RIGHT = 16;
    private static final int TOP = 28;
    private static final int BOTTOM = 44;
    private static final int TICKS = 6;

    private final String title;
    private final String xLabel;
    private final boolean isLogarithmic;
    private final List<Line> lines = new ArrayList<>();
    private final List<Tick> xTicks = new ArrayList<>();

    Chart(String title, String xLabel, boolean isLogarithmic) {
        this.title = title;
        this.xLabel = xLabel;
        this.isLogarithmic = isLogarithmic;
    }

    record Point(double x, double y, String label) {}

    private record Line(String name, List<Point> points) {}

    private record Tick(double at, String label) {}

    void line(String name, List<Point> points) {
        lines.add(new Line(
                name,
                points.stream().filter(point -> !isLogarithmic || point.y() > 0).toList()));
    }

    void xTick(double at, String label) {
        xTicks.add(new Tick(at, label));
    }

    /** Returns an empty string if no line has a point. */
    String svg() {
        List<Point> points =
                lines.stream().flatMap(line -> line.points().stream()).toList();
        if (points.isEmpty()) {
            return "";
        }
        double mostX = Math.max(
                points.stream().mapToDouble(Point::x).max().getAsDouble(),
                xTicks.stream().mapToDouble(Tick::at).max().orElse(1));
        DoubleStream heights = points.stream().mapToDouble(point -> scaled(point.y()));
        double mostY = Math.max(isLogarithmic ? -3 : 1, heights.max().getAsDouble());
        double leastY = isLogarithmic
                ? Math.floor(points.stream()
                        .mapToDouble(point -> scaled(point.y()))
                        .min()
                        .getAsDouble())
                : 0;
        return new Drawing(mostX, leastY, isLogarithmic ? Math.ceil(mostY + 0.01) : roundUp(mostY)).draw();
    }

    private double scaled(double y) {
        return isLogarithmic ? Math.log10(y) : y;
    }

    /** Rounds the step between ticks to 1, 2 or 5 times a power of ten. */
    private static double roundUp(double most) {
        double step = most / (TICKS - 1);
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        double factor = step / power;
        return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * (TICKS - 1);
    }

    private final class Drawing {

        private final Svg svg = new Svg("", WIDTH, HEIGHT, title, "");
        private final double mostX;
        private final double leastY;
        private final double mostY;

        Drawing(double mostX, double leastY, double mostY) {
            this.mostX = mostX;
            this.leastY = leastY;
            this.mostY = mostY;
        }

        String draw() {
            yAxis();
            xTicks.forEach(tick -> svg.line("grid", x(tick.at()), TOP, x(tick.at()), HEIGHT - BOTTOM)
                    .text("", x(tick.at()), HEIGHT - BOTTOM + 16, "middle", tick.label()));
            svg.text("", WIDTH - RIGHT, HEIGHT - 8, "end", xLabel);
            for (int i = 0; i < lines.size(); i++) {
                line(lines.get(i), i);
            }
            return "<figure><figcaption>" + Html.text(title) + "</figcaption>" + svg.end() + "</figure>\n";
        }

        private void yAxis() {
            double step = isLogarithmic ? 1 : (mostY - leastY) / (TICKS - 1);
            for (double at = leastY; at < mostY + step / 2; at += step) {
                svg.line("grid", LEFT, y(at), WIDTH - RIGHT, y(at)).text("", LEFT - 6, y(at) + 4, "end", label(at));
            }
        }

        private void line(Line line, int index) {
            String name = "line" + index;
            svg.path(
                    name,
                    line.points().stream()
                            .flatMapToDouble(point -> DoubleStream.of(x(point.x()), y(scaled(point.y()))))
                            .toArray());
            for (Point point : line.points()) {
                svg.dot(name, x(point.x()), y(scaled(point.y())), 2.5, line.name() + ": " + point.label());
            }
            svg.text(name, LEFT + 130 * index, 16, "start", line.name());
        }

        private String label(double at) {
            double value = isLogarithmic ? Math.pow(10, at) : at;
            return value >= 1 || value == 0
                    ? String.format(Locale.ROOT, "%.0f", value)
                    : String.format(Locale.ROOT, "%.3g", value).replaceAll("0+$", "");
        }

        private double x(double value) {
            return LEFT + value / mostX * (WIDTH - LEFT - RIGHT);
        }

        private double y(double scaled) {
            return HEIGHT - BOTTOM - (scaled - leastY) / (mostY - leastY) * (HEIGHT - TOP - BOTTOM);
        }
    }
}
