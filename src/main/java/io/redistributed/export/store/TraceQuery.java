package io.redistributed.export.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Selects traces with at least one span that matches all criteria. Null matches everything.
 *
 * @param service {@code service.name} of the span's resource
 * @param operation name of the span
 * @param from earliest start of the span
 * @param to latest start of the span, exclusive
 * @param shortest minimum duration of the span
 * @param longest maximum duration of the span
 * @param attributes required attributes, like Jaeger's {@code tags}: see {@link SpanMatch}; empty for any
 * @param shortestTrace minimum duration of the whole trace, from its first start to its last end
 * @param longestTrace maximum duration of the whole trace
 * @param linkedTrace id of a trace that the span has a link to
 * @param failed whether the span has status ERROR
 * @param limit maximum number of traces, latest start first
 */
public record TraceQuery(
        String service,
        String operation,
        Instant from,
        Instant to,
        Duration shortest,
        Duration longest,
        Map<String, String> attributes,
        Duration shortestTrace,
        Duration longestTrace,
        String linkedTrace,
        Boolean failed,
        int limit) {}
