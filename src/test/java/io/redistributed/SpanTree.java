package io.redistributed;

import io.opentelemetry.api.trace.SpanKind;
import io.redistributed.testing.ReceivedSpan;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The spans of one trace, from any API. */
record SpanTree(List<ReceivedSpan> spans) {

    static SpanTree of(Collection<ReceivedSpan> spans, String traceId) {
        return new SpanTree(
                spans.stream().filter(span -> span.traceId().equals(traceId)).toList());
    }

    /** @param trace as {@code GET /traces/{traceId}} shows it */
    static SpanTree of(JsonObject trace) {
        return new SpanTree(trace.getJsonArray("spans").stream()
                .map(JsonObject.class::cast)
                .map(span -> received(trace.getString("traceId"), span))
                .toList());
    }

    /** One line a span, {@code service KIND name}, below its parent and two columns further; siblings by their lines. */
    String text() {
        Set<String> ids = spans.stream().map(ReceivedSpan::spanId).collect(Collectors.toCollection(HashSet::new));
        return spans.stream()
                .filter(span -> !ids.contains(String.valueOf(span.parentSpanId())))
                .map(root -> text(root, ""))
                .sorted()
                .collect(Collectors.joining());
    }

    ReceivedSpan only(String name) {
        List<ReceivedSpan> found =
                spans.stream().filter(span -> span.name().equals(name)).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " spans are named " + name + ":\n" + text());
        }
        return found.get(0);
    }

    ReceivedSpan endsLast() {
        return spans.stream()
                .max(Comparator.comparing(span -> span.start().plus(span.duration())))
                .orElseThrow();
    }

    private String text(ReceivedSpan span, String indent) {
        String line = indent + span.service() + ' ' + span.kind() + ' ' + span.name() + '\n';
        return line
                + spans.stream()
                        .filter(child -> span.spanId().equals(child.parentSpanId()))
                        .map(child -> text(child, indent + "  "))
                        .sorted()
                        .collect(Collectors.joining());
    }

    private static ReceivedSpan received(String traceId, JsonObject span) {
        return new ReceivedSpan(
                span.getString("service"),
                traceId,
                span.getString("spanId"),
                span.getString("parentSpanId"),
                span.getString("name"),
                SpanKind.valueOf(span.getString("kind")),
                Instant.parse(span.getString("startTime")),
                Duration.ofNanos(1_000 * span.getLong("durationMicros")),
                span.getString("status"),
                span.getString("statusMessage", ""),
                span.getJsonObject("attributes").getMap().entrySet().stream()
                        .collect(Collectors.toMap(
                                entry -> entry.getKey(),
                                entry -> entry.getValue() instanceof Integer number
                                        ? Long.valueOf(number)
                                        : entry.getValue())),
                List.of(),
                Set.of());
    }
}
