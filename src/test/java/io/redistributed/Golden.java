package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Spans and metrics as text, compared with the expected ones including every attribute. */
final class Golden {

    private Golden() {}

    /**
     * @param expected the first line is {@code KIND name STATUS description}; then a line for each attribute in the order of
     *     their keys, {@code key TYPE value}; then {@code event name} and {@code link}, each with its number of attributes.
     *     What follows a {@code ~} is a regular expression
     */
    static void assertSpan(SpanData span, String expected) {
        assertThat(matched(lines(span), expected.strip().lines().toList())).isEqualTo(expected.strip());
    }

    /**
     * @param expected the first line is {@code name TYPE unit [boundaries]}; then a line for each set of keys that points
     *     have, in the order of the alphabet
     */
    static void assertMetric(MetricData metric, String expected) {
        List<String> lines = new ArrayList<>();
        lines.add(metric.getName() + ' ' + metric.getType() + ' ' + metric.getUnit() + boundaries(metric));
        metric.getData().getPoints().stream()
                .map(PointData::getAttributes)
                .map(Golden::keys)
                .distinct()
                .sorted()
                .forEach(lines::add);
        assertThat(String.join("\n", lines)).isEqualTo(expected.strip());
    }

    private static List<String> lines(SpanData span) {
        List<String> lines = new ArrayList<>();
        lines.add((span.getKind() + " " + span.getName() + ' '
                        + span.getStatus().getStatusCode() + ' '
                        + span.getStatus().getDescription())
                .strip());
        lines.addAll(sorted(span.getAttributes()).stream()
                .map(key -> key.getKey()
                        + ' '
                        + key.getType()
                        + ' '
                        + span.getAttributes().get(key))
                .toList());
        span.getEvents()
                .forEach(event -> lines.add(
                        "event " + event.getName() + ' ' + event.getAttributes().size()));
        span.getLinks().forEach(link -> lines.add("link " + link.getAttributes().size()));
        return lines;
    }

    /** Replaces each line that matches the expected pattern by the pattern. */
    private static String matched(List<String> lines, List<String> expected) {
        List<String> matched = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            boolean matches = i < expected.size() && lines.get(i).matches(regex(expected.get(i)));
            matched.add(matches ? expected.get(i) : lines.get(i));
        }
        return String.join("\n", matched);
    }

    private static String regex(String line) {
        int tilde = line.indexOf(" ~");
        return tilde < 0
                ? Pattern.quote(line)
                : Pattern.quote(line.substring(0, tilde + 1)) + "(?s)" + line.substring(tilde + 2);
    }

    private static String boundaries(MetricData metric) {
        return metric.getData().getPoints().stream()
                .filter(HistogramPointData.class::isInstance)
                .map(point -> " " + ((HistogramPointData) point).getBoundaries())
                .distinct()
                .collect(Collectors.joining());
    }

    private static String keys(Attributes attributes) {
        return sorted(attributes).stream().map(AttributeKey::getKey).collect(Collectors.joining(" "));
    }

    private static List<AttributeKey<?>> sorted(Attributes attributes) {
        return attributes.asMap().keySet().stream()
                .sorted(Comparator.comparing(AttributeKey::getKey))
                .collect(Collectors.toList());
    }
}
