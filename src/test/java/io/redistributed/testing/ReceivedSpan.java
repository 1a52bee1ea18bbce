package io.redistributed.testing;

import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A span as a collector got it, whatever the protocol.
 *
 * @param service of the resource it came with
 * @param parentSpanId null for a root
 * @param status UNSET, OK or ERROR
 * @param statusMessage empty if there is none
 * @param attributes with strings, booleans, longs and doubles; other values as text. Jaeger's also hold the tags it has
 *     for kind, status and scope
 * @param events their names
 * @param links the span ids linked to
 */
public record ReceivedSpan(
        String service,
        String traceId,
        String spanId,
        String parentSpanId,
        String name,
        SpanKind kind,
        Instant start,
        Duration duration,
        String status,
        String statusMessage,
        Map<String, Object> attributes,
        List<String> events,
        Set<String> links) {}
