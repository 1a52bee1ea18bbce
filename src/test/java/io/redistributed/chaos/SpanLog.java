package io.redistributed.chaos;

import io.opentelemetry.api.trace.SpanKind;
import io.redistributed.testing.ReceivedSpan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All spans that came, with what matters of them. Safe to use from any thread. */
final class SpanLog {

    /**
     * @param life name of the process that made it
     * @param parentId null for a root
     * @param reportId null if it is not about one
     * @param attempt 0 if it is not about one
     * @param arrived by {@link System#nanoTime} of this process
     */
    record Seen(
            String life,
            String traceId,
            String id,
            String parentId,
            String name,
            SpanKind kind,
            String reportId,
            int attempt,
            Set<String> links,
            long arrived) {}

    private final Map<String, Seen> spans = new LinkedHashMap<>();

    void add(ReceivedSpan span) {
        Object attempt = span.attributes().getOrDefault("redistributed.attempt", 0L);
        Seen seen = new Seen(
                span.service().intern(),
                span.traceId(),
                span.spanId(),
                span.parentSpanId(),
                span.name().intern(),
                span.kind(),
                (String) span.attributes().get("redistributed.report.id"),
                ((Long) attempt).intValue(),
                span.links(),
                System.nanoTime());
        synchronized (spans) {
            // A repeated span was sent again after its first response was lost.
            spans.putIfAbsent(seen.id(), seen);
        }
    }

    List<Seen> all() {
        synchronized (spans) {
            return List.copyOf(spans.values());
        }
    }
}
