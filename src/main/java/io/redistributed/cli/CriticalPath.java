package io.redistributed.cli;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;

/**
 * Sums what the duration of a trace was spent on. From the end backwards, the path follows the child that ended last; a
 * child may outlive its parent, as the processing of a message does. The page draws the same path ({@code analysis.js}).
 */
final class CriticalPath {

    private static final String WAIT = "waiting for ";

    /** A child that starts earlier than this before its parent means that their clocks differ. */
    private static final long SKEW_MICROS = 1_000;

    private static final class Node {

        private final JsonObject span;
        private final long begin;
        private final long end;
        private final List<Node> children = new ArrayList<>();
        private long reach;

        Node(JsonObject span, long begin, long end) {
            this.span = span;
            this.begin = begin;
            this.end = end;
            this.reach = end;
        }
    }

    /** A node on the way back, with the children that are not looked at yet; the one that ends last is the last. */
    private static final class Frame {

        private final Node node;
        private final Deque<Node> left;

        /** A child that starts before its parent, by another clock, counts from the parent's start. */
        private final long floor;

        private long at;
        private Node later;

        Frame(Node node, long floor, long at) {
            this.node = node;
            this.floor = Math.max(floor, node.begin);
            this.at = at;
            this.left = new ArrayDeque<>(node.children.stream()
                    .sorted(Comparator.comparingLong((Node child) -> child.reach)
                            .reversed())
                    .toList());
        }
    }

    private final Map<String, Long> spent = new LinkedHashMap<>();

    private CriticalPath() {}

    /** @param trace response of {@code GET /traces/{traceId}} */
    static String of(JsonObject trace) {
        CriticalPath path = new CriticalPath();
        Node whole = whole(trace);
        if (whole.children.isEmpty()) {
            return "";
        }
        path.walk(whole);
        long all = Math.max(1, whole.reach - whole.begin);
        StringBuilder out = new StringBuilder(skew(whole)).append("critical path:%n".formatted());
        path.spent.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(entry -> out.append("%9s  %3d %%  %s%n"
                        .formatted(
                                Durations.text(Duration.ofNanos(1_000 * entry.getValue())),
                                Math.round(100.0 * entry.getValue() / all),
                                entry.getKey())));
        return out.toString();
    }

    /** Returns a node without a span, above the roots. */
    private static Node whole(JsonObject trace) {
        List<JsonObject> spans = TraceTree.spans(trace);
        Map<JsonObject, Node> nodes = new IdentityHashMap<>();
        spans.forEach(span -> nodes.put(span, new Node(span, TraceTree.start(span), TraceTree.end(span))));
        long first = nodes.values().stream().mapToLong(node -> node.begin).min().orElse(0);
        Node whole = new Node(null, first, first);
        Map<JsonObject, JsonObject> parents = SpanParents.of(spans);
        for (JsonObject span : spans) {
            JsonObject parent = parents.get(span);
            (parent == null ? whole : nodes.get(parent)).children.add(nodes.get(span));
        }
        extend(whole);
        return whole;
    }

    /** Sets the reach of each node below: the last end among it and its descendants. */
    private static void extend(Node whole) {
        List<Node> topDown = topDown(whole);
        for (int i = topDown.size() - 1; i >= 0; i--) {
            Node node = topDown.get(i);
            node.children.forEach(child -> node.reach = Math.max(node.reach, child.reach));
        }
    }

    private static List<Node> topDown(Node whole) {
        List<Node> nodes = new ArrayList<>(List.of(whole));
        for (int i = 0; i < nodes.size(); i++) {
            nodes.addAll(nodes.get(i).children);
        }
        return nodes;
    }

    /** Returns a warning if spans start before their parents, which the path shows as waits. */
    private static String skew(Node whole) {
        LongSummaryStatistics early = topDown(whole).stream()
                .flatMapToLong(node -> node.children.stream().mapToLong(child -> node.begin - child.begin))
                .filter(micros -> micros > SKEW_MICROS)
                .summaryStatistics();
        return early.getCount() == 0
                ? ""
                : "warning: clocks differ: %d %s before the parent, by up to %s%n"
                        .formatted(
                                early.getCount(),
                                early.getCount() == 1 ? "span starts" : "spans start",
                                Durations.text(Duration.ofNanos(1_000 * early.getMax())));
    }

    private void walk(Node whole) {
        Deque<Frame> stack = new ArrayDeque<>();
        stack.push(new Frame(whole, whole.begin, whole.reach));
        while (!stack.isEmpty()) {
            Frame frame = stack.peek();
            Node child = frame.left.poll();
            while (child != null && child.begin >= frame.at) {
                child = frame.left.poll();
            }
            if (child == null) {
                spend(frame, Math.min(frame.floor, frame.at));
                stack.pop();
                continue;
            }
            long until = Math.min(child.reach, frame.at);
            if (until > frame.floor || frame.node.span == null) {
                spend(frame, until);
                frame.at = Math.max(child.begin, frame.floor);
                frame.later = child;
                stack.push(new Frame(child, frame.floor, until));
            }
        }
    }

    /** Counts the time from {@code from} to the frame's position: as the span's, and after its end as a wait. */
    private void spend(Frame frame, long from) {
        Node node = frame.node;
        long end = node.span == null ? from : Math.max(from, Math.min(frame.at, node.end));
        if (frame.at > end) {
            String next = frame.later == null ? "the next span" : Printable.of(frame.later.span.getString("name"));
            spent.merge(WAIT + next, frame.at - end, Long::sum);
        }
        if (end > from) {
            String what = node.span.getString("service") + ": " + node.span.getString("name");
            spent.merge(Printable.of(what), end - from, Long::sum);
        }
    }
}
