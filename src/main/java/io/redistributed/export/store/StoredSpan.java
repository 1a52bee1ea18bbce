package io.redistributed.export.store;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;

/**
 * A finished span of any process in the store. Unlike the SDK's spans it allows all attribute types of OTLP: maps, bytes, and lists of mixed types too.
 *
 * @param origin resource and scope; shared by spans that arrived together
 * @param parentSpanId null for a root
 * @param called whether the parent may belong to a caller in another process, whose spans need not be in the store
 * @param traceState text of the W3C header, usually empty
 * @param flags as in OTLP: W3C flags in the lowest byte, above them whether the parent is remote
 * @param kind null if unspecified
 * @param endNanos never before {@code startNanos}; both since the Unix epoch
 * @param statusMessage usually empty
 * @param dropped counts of the parts that the sender dropped
 */
public record StoredSpan(
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
     * @param droppedScope attributes of the scope that the sender dropped
     */
    public record Origin(
            String service,
            List<KeyValue> resource,
            int droppedResource,
            String resourceSchemaUrl,
            String scopeName,
            String scopeVersion,
            List<KeyValue> scopeAttributes,
            int droppedScope,
            String scopeSchemaUrl) {}

    public record Event(String name, long epochNanos, List<KeyValue> attributes, int droppedAttributes) {}

    public record Link(
            String traceId,
            String spanId,
            String traceState,
            int flags,
            List<KeyValue> attributes,
            int droppedAttributes) {}

    public record Dropped(int attributes, int events, int links) {

        static final Dropped NONE = new Dropped(0, 0, 0);
    }

    public long durationNanos() {
        return endNanos - startNanos;
    }
}
