package io.redistributed.generate.summary;

import io.redistributed.html.Html;
import io.redistributed.html.Svg;
import java.util.List;

/** Draws groups as SVG: a series as columns over time, others as a bar in a row each. */
final class GroupsChart {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 240;
    private static final int BASE = 20;
    private static final int ROW = 22;
    private static final int NAMES = 200;
    private static final int NAME_CHARS = 25;

    private final List<Group> groups;
    private final boolean isCount;
    private final double least;
    private final double range;

    private GroupsChart(Grouping grouping) {
        groups = grouping.groups();
        isCount = grouping.value() == null;
        least = Math.min(groups.stream().mapToDouble(this::size).min().orElse(0), 0);
        double most = Math.max(groups.stream().mapToDouble(this::size).max().orElse(0), 0);
        range = most > least ? most - least : 1;
    }

    static String svg(Grouping grouping, String title) {
        GroupsChart chart = new GroupsChart(grouping);
        return grouping.interval() == null ? chart.rows(title) : chart.columns(title);
    }

    private String columns(String title) {
        Svg svg = new Svg("", WIDTH, HEIGHT + BASE, title, "");
        double step = (double) WIDTH / groups.size();
        for (int i = 0; i < groups.size(); i++) {
            double size = size(groups.get(i));
            double height = length(size) * HEIGHT;
            double y = HEIGHT - start(size) * HEIGHT - height;
            svg.bar(name(size), i * step, y, Math.max(step - 1, step / 2), height, label(groups.get(i)));
        }
        if (!groups.isEmpty()) {
            svg.text("", 0, HEIGHT + 15, "start", groups.get(0).group())
                    .text(
                            "",
                            WIDTH,
                            HEIGHT + 15,
                            "end",
                            groups.get(groups.size() - 1).group());
        }
        return svg.end();
    }

    private String rows(String title) {
        Svg svg = new Svg("", WIDTH, ROW * groups.size(), title, "");
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            double size = size(group);
            double full = WIDTH - NAMES;
            svg.text("", NAMES - 8, ROW * i + 15, "end", Html.shortened(group.group(), NAME_CHARS))
                    .bar(
                            name(size),
                            NAMES + start(size) * full,
                            ROW * i + 2,
                            length(size) * full,
                            ROW - 4,
                            label(group));
        }
        return svg.end();
    }

    private double size(Group group) {
        if (isCount) {
            return group.count();
        }
        return group.sum() == null ? 0 : group.sum().doubleValue();
    }

    /** Returns where a bar starts between the least and the greatest, 0 to 1. */
    private double start(double size) {
        return (Math.min(size, 0) - least) / range;
    }

    private double length(double size) {
        return Math.abs(size) / range;
    }

    private String label(Group group) {
        return group.group() + ": " + Html.number(size(group));
    }

    private static String name(double size) {
        return size < 0 ? "negative" : "";
    }
}
