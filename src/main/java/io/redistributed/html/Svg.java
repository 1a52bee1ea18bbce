package io.redistributed.html;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Writes one chart as inline SVG, element by element. Escapes text, and rounds coordinates to hundredths. The name of an
 * element is its CSS class; an empty one writes no class.
 */
public final class Svg {

    private final StringBuilder out = new StringBuilder();

    /**
     * @param title the chart's name for screen readers and as a tooltip
     * @param description what it shows, for screen readers
     */
    public Svg(String name, int width, int height, String title, String description) {
        start("svg", name);
        out.append(" viewBox=\"0 0 ").append(width).append(' ').append(height).append("\" role=\"img\">");
        title(title);
        if (!description.isEmpty()) {
            out.append("<desc>").append(Html.text(description)).append("</desc>");
        }
        out.append('\n');
    }

    public Svg line(String name, double x1, double y1, double x2, double y2) {
        start("line", name);
        attribute("x1", x1);
        attribute("y1", y1);
        attribute("x2", x2);
        attribute("y2", y2);
        out.append("/>\n");
        return this;
    }

    /** @param anchor where {@code x} is: {@code start}, {@code middle} or {@code end} of the text */
    public Svg text(String name, double x, double y, String anchor, String text) {
        start("text", name);
        attribute("x", x);
        attribute("y", y);
        if (!anchor.equals("start")) {
            out.append(" text-anchor=\"").append(anchor).append('"');
        }
        out.append('>').append(Html.text(text)).append("</text>\n");
        return this;
    }

    public Svg bar(String name, double x, double y, double width, double height, String tooltip) {
        start("rect", name);
        attribute("x", x);
        attribute("y", y);
        attribute("width", width);
        attribute("height", height);
        out.append('>');
        title(tooltip);
        out.append("</rect>\n");
        return this;
    }

    public Svg dot(String name, double x, double y, double radius, String tooltip) {
        start("circle", name);
        attribute("cx", x);
        attribute("cy", y);
        attribute("r", radius);
        out.append('>');
        title(tooltip);
        out.append("</circle>\n");
        return this;
    }

    /** @param points x and y of each point, in turn; none draws nothing */
    public Svg path(String name, double[] points) {
        start("path", name);
        out.append(" d=\"");
        for (int i = 0; i < points.length; i += 2) {
            out.append(i == 0 ? 'M' : 'L')
                    .append(rounded(points[i]))
                    .append(' ')
                    .append(rounded(points[i + 1]));
        }
        out.append("\"/>\n");
        return this;
    }

    public String end() {
        return out.append("</svg>\n").toString();
    }

    private void start(String element, String name) {
        out.append('<').append(element);
        if (!name.isEmpty()) {
            out.append(" class=\"").append(name).append('"');
        }
    }

    private void attribute(String key, double value) {
        out.append(' ').append(key).append("=\"").append(rounded(value)).append('"');
    }

    private void title(String text) {
        out.append("<title>").append(Html.text(text)).append("</title>");
    }

    private static String rounded(double value) {
        return BigDecimal.valueOf(value)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
