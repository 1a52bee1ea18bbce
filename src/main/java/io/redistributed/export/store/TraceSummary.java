package io.redistributed.export.store;

import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A summary of a trace.
 *
 * @param name of the first span without a parent in the trace
 * @param root the first span without any parent; null if there is none, because the root is in another process
 * @param services sorted by name
 * @param startNanos start of the first span, since the Unix epoch
 * @param endNanos end of the last span
 * @param spans number of spans
 * @param errors number of spans with status ERROR
 * @param orphans number of spans whose parent is missing
 */
public record TraceSummary(
        String traceId,
        String name,
        Root root,
        List<ServiceSpans> services,
        long startNanos,
        long endNanos,
        int spans,
        int errors,
        int orphans) {

    record Root(String service, String operation) {}

    /** The spans of one service in a trace: their numbers, the first start and the last end. */
    record ServiceSpans(String name, int spans, int errors, long startNanos, long endNanos) {

        private ServiceSpans plus(ServiceSpans other) {
            return new ServiceSpans(
                    name,
                    spans + other.spans,
                    errors + other.errors,
                    Math.min(startNanos, other.startNanos),
                    Math.max(endNanos, other.endNanos));
        }

        private JsonObject toJson(long traceStartNanos) {
            return new JsonObject()
                    .put("name", name)
                    .put("spans", spans)
                    .put("errors", errors)
                    .put("startMicros", TimeUnit.NANOSECONDS.toMicros(startNanos - traceStartNanos))
                    .put("durationMicros", TimeUnit.NANOSECONDS.toMicros(endNanos - startNanos));
        }
    }

    /** Summarizes a trace. Takes time proportional to the number of spans. */
    static TraceSummary of(Trace trace) {
        Set<String> ids = new HashSet<>();
        trace.spans().forEach(span -> ids.add(span.spanId()));
        TreeMap<String, ServiceSpans> services = new TreeMap<>();
        int errors = 0;
        int orphans = 0;
        for (StoredSpan span : trace.spans()) {
            int failed = span.status() == StatusCode.ERROR ? 1 : 0;
            errors += failed;
            orphans += span.parentSpanId() != null && !ids.contains(span.parentSpanId()) ? 1 : 0;
            String service = span.origin().service();
            ServiceSpans one = new ServiceSpans(service, 1, failed, span.startNanos(), span.endNanos());
            services.merge(service, one, ServiceSpans::plus);
        }
        Comparator<StoredSpan> byStart = Comparator.comparingLong(StoredSpan::startNanos);
        StoredSpan top = trace.spans().stream()
                .min(Comparator.<StoredSpan>comparingInt(span -> ids.contains(span.parentSpanId()) ? 1 : 0)
                        .thenComparing(byStart))
                .orElseThrow();
        Root root = trace.spans().stream()
                .filter(span -> span.parentSpanId() == null)
                .min(byStart)
                .map(span -> new Root(span.origin().service(), span.name()))
                .orElse(null);
        return new TraceSummary(
                trace.traceId(),
                top.name(),
                root,
                List.copyOf(services.values()),
                trace.startNanos(),
                trace.endNanos(),
                trace.spans().size(),
                errors,
                orphans);
    }

    /** Returns {@code {traceId, name, services, startTime, durationMicros, spans, errors, timeline}}. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("traceId", traceId)
                .put("name", name)
                .put(
                        "services",
                        new JsonArray(services.stream().map(ServiceSpans::name).toList()))
                .put("startTime", EpochNanos.format(startNanos))
                .put("durationMicros", TimeUnit.NANOSECONDS.toMicros(endNanos - startNanos))
                .put("spans", spans)
                .put("errors", errors)
                .put(
                        "timeline",
                        new JsonArray(services.stream()
                                .map(service -> service.toJson(startNanos))
                                .toList()));
    }

    /**
     * Returns a {@code TraceSummary} of Jaeger's {@code /api/v3/trace-summaries}: zeros and empty values are omitted, times are text.
     */
    public JsonObject toJaegerJson() {
        JsonObject json = new JsonObject().put("traceId", traceId);
        if (root != null) {
            json.put("rootServiceName", root.service).put("rootOperationName", root.operation);
        }
        json.put("minStartTimeUnixNano", String.valueOf(startNanos))
                .put("maxEndTimeUnixNano", String.valueOf(endNanos));
        count(json, "spanCount", spans);
        count(json, "errorSpanCount", errors);
        count(json, "orphanSpanCount", orphans);
        JsonArray all = new JsonArray();
        for (ServiceSpans service : services) {
            JsonObject one = new JsonObject().put("name", service.name);
            count(one, "spanCount", service.spans);
            count(one, "errorSpanCount", service.errors);
            all.add(one);
        }
        return json.put("services", all);
    }

    private static void count(JsonObject json, String name, int count) {
        if (count > 0) {
            json.put(name, count);
        }
    }
}
