package io.redistributed.export;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Which traces to find: those with a span that fits all of this at once. What is null fits everything.
 *
 * @param service {@code service.name} of the span's resource
 * @param operation name of the span
 * @param from earliest start of the span
 * @param to the span has to start before
 * @param shortest duration of the span
 * @param longest duration of the span
 * @param attributes what the span has to carry, as Jaeger's {@code tags}: see {@link SpanMatch}; empty for anything
 * @param shortestTrace duration of the whole trace, from its first start to its last end
 * @param limit traces at most, those that started last
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
        int limit) {}
