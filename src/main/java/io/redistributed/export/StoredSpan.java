package io.redistributed.export;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;

/**
 * A finished span as the store keeps it, whoever made it. Unlike the SDK's, its attributes may be all that OTLP's can:
 * maps, bytes, and lists of different things too.
 *
 * @param origin who made it; shared by spans that came together
 * @param parentSpanId null for a root
 * @param called whether its parent belongs, as far as is known, to a caller outside of this process, who need not be in
 *     the store
 * @param traceState text of the W3C header, mostly empty
 * @param flags as in OTLP: those of W3C in the lowest byte, above them whether the parent is remote
 * @param kind null if it was not specified
 * @param endNanos never before {@code startNanos}; both since the Unix epoch
 * @param statusMessage mostly empty
 * @param dropped what whoever made it had no room for
 */
record StoredSpan(
        Origin origin,
        String traceId,
        String spanId,
        String parentSpanId,
        boolean called,
        String traceState,
        int flags,
        String name,
        SpanKind kind,
        long startNanos,
        long endNanos,
        StatusCode status,
        String statusMessage,
        List<KeyValue> attributes,
        List<Event> events,
        List<Link> links,
        Dropped dropped) {

    /**
     * A resource and a scope.
     *
     * @param service the resource's {@code service.name}
     * @param droppedResource attributes of the resource that the sender dropped
     * @param droppedScope attributes of the scope likewise
     */
    record Origin(
            String service,
            List<KeyValue> resource,
            int droppedResource,
            String resourceSchemaUrl,
            String scopeName,
            String scopeVersion,
            List<KeyValue> scopeAttributes,
            int droppedScope,
            String scopeSchemaUrl) {}

    record Event(String name, long epochNanos, List<KeyValue> attributes, int droppedAttributes) {}

    record Link(
            String traceId,
            String spanId,
            String traceState,
            int flags,
            List<KeyValue> attributes,
            int droppedAttributes) {}

    record Dropped(int attributes, int events, int links) {

        static final Dropped NONE = new Dropped(0, 0, 0);
    }

    long durationNanos() {
        return endNanos - startNanos;
    }
}
