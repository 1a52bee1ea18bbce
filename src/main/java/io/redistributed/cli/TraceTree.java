package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Formats a trace as a tree of lines: name, service, duration, a bar from start to end, and the error if there is one. */
final class TraceTree {

    private static final int MAX_LINES = 500;
    private static final int MAX_DEPTH = 20;
    private static final int BAR = 32;
    private static final int MAX_LABEL = 48;
    private static final int MAX_SERVICE = 24;

    private final Glyphs glyphs;
    private final List<JsonObject> spans;
    private final Map<JsonObject, List<JsonObject>> children = new IdentityHashMap<>();
    private final List<Line> lines = new ArrayList<>();

    /** @param indent what stands in front of the name */
    private record Line(JsonObject span, String indent) {

        String label() {
            return shortened(indent + Printable.of(span.getString("name")), MAX_LABEL);
        }

        String service() {
            return shortened(Printable.of(span.getString("service")), MAX_SERVICE);
        }
    }

    /** @param below what stands in front of its children's */
    private record Branch(JsonObject span, String indent, String below, int depth) {}

    private TraceTree(JsonObject trace, Glyphs glyphs) {
        this.glyphs = glyphs;
        this.spans = spans(trace);
    }

    /** @param trace response of {@code GET /traces/{traceId}}, with spans by start */
    static String of(JsonObject trace, Glyphs glyphs) {
        return new TraceTree(trace, glyphs).draw(trace.getString("traceId"));
    }

    /** Returns whether each sent message has a receiver's span. */
    static boolean isReceived(JsonObject trace) {
        List<JsonObject> spans = spans(trace);
        Set<String> parents = spans.stream()
                .filter(span -> "CONSUMER".equals(span.getString("kind")))
                .map(span -> String.valueOf(span.getString("parentSpanId")))
                .collect(Collectors.toSet());
        return spans.stream()
                .filter(span -> "PRODUCER".equals(span.getString("kind")))
                .allMatch(span -> parents.contains(span.getString("spanId")));
    }

    private String draw(String traceId) {
        if (spans.isEmpty()) {
            return "trace %s has no spans%n".formatted(traceId);
        }
        order();
        long start = spans.stream().mapToLong(TraceTree::start).min().orElseThrow();
        long end = spans.stream().mapToLong(TraceTree::end).max().orElseThrow();
        StringBuilder out =
                new StringBuilder("trace %s: %d spans, %s%n".formatted(traceId, spans.size(), duration(end - start)));
        int labels =
                lines.stream().mapToInt(line -> line.label().length()).max().orElse(0);
        int services =
                lines.stream().mapToInt(line -> line.service().length()).max().orElse(0);
        for (Line line : lines) {
            JsonObject span = line.span;
            String bar = bar(start(span) - start, end(span) - start, Math.max(1, end - start));
            out.append(("%-" + labels + "s  %-" + services + "s  %9s  %s%n")
                    .formatted(
                            line.label(),
                            line.service(),
                            duration(end(span) - start(span)),
                            (bar + error(span)).stripTrailing()));
        }
        if (spans.size() > lines.size()) {
            out.append("and %d more%n".formatted(spans.size() - lines.size()));
        }
        return out.toString();
    }

    /** Walks depth first without recursion, because the depth of a trace is unbounded. */
    private void order() {
        Map<JsonObject, JsonObject> parents = SpanParents.of(spans);
        Deque<Branch> next = new ArrayDeque<>();
        List<JsonObject> roots = new ArrayList<>();
        for (JsonObject span : spans) {
            JsonObject parent = parents.get(span);
            (parent == null ? roots : children.computeIfAbsent(parent, first -> new ArrayList<>())).add(span);
        }
        push(next, roots.stream().map(root -> new Branch(root, "", "", 0)).toList());
        while (!next.isEmpty() && lines.size() < MAX_LINES) {
            Branch branch = next.pop();
            lines.add(new Line(branch.span, branch.indent));
            push(next, branches(branch));
        }
    }

    private List<Branch> branches(Branch parent) {
        List<JsonObject> own = children.getOrDefault(parent.span, List.of());
        List<Branch> branches = new ArrayList<>();
        for (JsonObject child : own) {
            boolean last = child == own.get(own.size() - 1);
            boolean tooDeep = parent.depth == MAX_DEPTH;
            branches.add(new Branch(
                    child,
                    tooDeep ? parent.indent : parent.below + (last ? glyphs.corner() : glyphs.tee()) + ' ',
                    tooDeep ? parent.below : parent.below + (last ? "  " : glyphs.pipe()) + ' ',
                    tooDeep ? parent.depth : parent.depth + 1));
        }
        return branches;
    }

    private static void push(Deque<Branch> next, List<Branch> branches) {
        List<Branch> lastFirst = new ArrayList<>(branches);
        Collections.reverse(lastFirst);
        lastFirst.forEach(next::push);
    }

    /** Returns a bar of at least one column, within the width. */
    private String bar(long from, long to, long whole) {
        int first = (int) Math.min(BAR - 1, from * BAR / whole);
        int last = (int) Math.min(BAR, Math.max(first + 1, (to * BAR + whole - 1) / whole));
        return " ".repeat(first) + glyphs.bar().repeat(last - first) + " ".repeat(BAR - last);
    }

    private String error(JsonObject span) {
        return "ERROR".equals(span.getString("status"))
                ? "  " + glyphs.error() + ' '
                        + Printable.of(Objects.requireNonNullElse(span.getString("statusMessage"), "error"))
                : "";
    }

    static List<JsonObject> spans(JsonObject trace) {
        return trace.getJsonArray("spans").stream().map(JsonObject.class::cast).toList();
    }

    /** Returns microseconds. */
    static long start(JsonObject span) {
        return Duration.between(Instant.EPOCH, Instant.parse(span.getString("startTime")))
                        .toNanos()
                / 1_000;
    }

    static long end(JsonObject span) {
        return start(span) + span.getLong("durationMicros");
    }

    private static String duration(long micros) {
        return Durations.text(Duration.ofNanos(1_000 * micros));
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 3) + "...";
    }
}
