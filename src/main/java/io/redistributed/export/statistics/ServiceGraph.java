package io.redistributed.export.statistics;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.redistributed.export.store.SpanAttributes;
import io.redistributed.export.store.StoredSpan;
import io.redistributed.export.store.Trace;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The calls between services, and their messages and calls of databases. A message goes from the producer span that is the
 * consumer's parent, or that the consumer links to, which may be in another trace.
 */
final class ServiceGraph {

    private static final List<String> DATABASE = List.of("db.system.name", "db.system");
    private static final String ATTEMPT = "redistributed.attempt";

    private final Predicate<StoredSpan> counts;
    private final Map<Edge, Calls> calls = new HashMap<>();

    /** Trace and span id → producer span. */
    private final Map<String, StoredSpan> producers = new HashMap<>();

    /** Consumers without a producer as parent, whose links may lead to traces that follow. */
    private final List<StoredSpan> linked = new ArrayList<>();

    record Edge(String from, String to, String type) {}

    static final class Calls {

        private final Durations durations = new Durations();
        private int errors;

        private void add(long nanos, StoredSpan callee) {
            durations.add(TimeUnit.NANOSECONDS.toMicros(nanos));
            errors += callee.status() == StatusCode.ERROR ? 1 : 0;
        }

        int count() {
            return durations.count();
        }

        void put(JsonObject json, double seconds) {
            json.put("count", count()).put("perSecond", count() / seconds).put("errors", errors);
            durations.putPercentiles(json);
        }
    }

    /** @param counts whether a span, as the callee, counts */
    ServiceGraph(Predicate<StoredSpan> counts) {
        this.counts = counts;
    }

    void add(Trace trace) {
        Map<String, StoredSpan> spans = new HashMap<>();
        trace.spans().forEach(span -> spans.put(span.spanId(), span));
        for (StoredSpan span : trace.spans()) {
            if (span.kind() == SpanKind.PRODUCER) {
                producers.put(span.traceId() + span.spanId(), span);
            }
            if (counts.test(span)) {
                add(span, spans.get(span.parentSpanId()));
            }
        }
    }

    private void add(StoredSpan span, StoredSpan parent) {
        if (span.kind() == SpanKind.CONSUMER && parent != null && parent.kind() == SpanKind.PRODUCER) {
            addMessage(parent, span);
        } else if (span.kind() == SpanKind.CONSUMER && !span.links().isEmpty()) {
            linked.add(span);
        } else if (parent != null
                && (span.kind() == SpanKind.SERVER || !service(parent).equals(service(span)))) {
            calls(service(parent), service(span), "call").add(span.durationNanos(), span);
        }
        if (span.kind() == SpanKind.CLIENT) {
            DATABASE.stream()
                    .flatMap(key -> attribute(span, key).stream())
                    .findFirst()
                    .ifPresent(name -> calls(service(span), name, "database").add(span.durationNanos(), span));
        }
    }

    /** Later attempts are not of this message: the queue sends them again. */
    private void addMessage(StoredSpan producer, StoredSpan consumer) {
        if (attribute(consumer, ATTEMPT).filter(attempt -> !attempt.equals("1")).isEmpty()) {
            calls(service(producer), service(consumer), "message")
                    .add(consumer.startNanos() - producer.startNanos(), consumer);
        }
    }

    private Calls calls(String from, String to, String type) {
        return calls.computeIfAbsent(new Edge(from, to, type), edge -> new Calls());
    }

    private static String service(StoredSpan span) {
        return span.origin().service();
    }

    private static Optional<String> attribute(StoredSpan span, String key) {
        return span.attributes().stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(KeyValue::getValue)
                .map(SpanAttributes::text)
                .findFirst();
    }

    /** Returns the calls, most frequent first. Call it once, after the last trace. */
    List<Map.Entry<Edge, Calls>> calls() {
        for (StoredSpan consumer : linked) {
            for (StoredSpan.Link link : consumer.links()) {
                StoredSpan producer = producers.get(link.traceId() + link.spanId());
                if (producer != null) {
                    addMessage(producer, consumer);
                }
            }
        }
        linked.clear();
        return calls.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<Edge, Calls> entry) ->
                                entry.getValue().count())
                        .reversed()
                        .thenComparing(entry -> entry.getKey().toString()))
                .toList();
    }
}
