package io.redistributed.export.store;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.redistributed.settings.GoText;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Tests whether a span matches a {@link TraceQuery}. Attributes are compared by their text, as Jaeger's in-memory storage does:
 *
 * <ul>
 *   <li>{@code error}: {@code true} matches status ERROR, {@code false} status OK
 *   <li>{@code span.status}, {@code span.kind}: by name, case-insensitive; other names match unset values
 *   <li>{@code scope.name}, {@code scope.version}: those of the instrumentation scope
 *   <li>{@code resource.X}: attribute X of the resource
 *   <li>any other: an attribute of the span, its scope, its resource, one of its events or one of its links
 * </ul>
 */
final class SpanMatch implements Predicate<StoredSpan> {

    private static final String RESOURCE = "resource.";

    private final TraceQuery query;
    private final long from;
    private final long to;
    private final long shortest;
    private final long longest;

    SpanMatch(TraceQuery query) {
        this.query = query;
        this.from = query.from() == null ? Long.MIN_VALUE : EpochNanos.of(query.from());
        this.to = query.to() == null ? Long.MAX_VALUE : EpochNanos.of(query.to());
        this.shortest = query.shortest() == null ? 0 : nanos(query.shortest());
        this.longest = query.longest() == null ? Long.MAX_VALUE : nanos(query.longest());
    }

    @Override
    public boolean test(StoredSpan span) {
        return (query.service() == null || query.service().equals(span.origin().service()))
                && (query.operation() == null || query.operation().equals(span.name()))
                && span.startNanos() >= from
                && span.startNanos() < to
                && span.durationNanos() >= shortest
                && span.durationNanos() <= longest
                && (query.failed() == null || query.failed() == (span.status() == StatusCode.ERROR))
                && (query.linkedTrace() == null || linksTo(span, query.linkedTrace()))
                && carriesAll(span);
    }

    private static boolean linksTo(StoredSpan span, String traceId) {
        return span.links().stream().anyMatch(link -> link.traceId().equals(traceId));
    }

    private boolean carriesAll(StoredSpan span) {
        for (Map.Entry<String, String> wanted : query.attributes().entrySet()) {
            if (!carries(span, wanted.getKey(), wanted.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static boolean carries(StoredSpan span, String key, String text) {
        return switch (key) {
            case "error" -> span.status() == failed(text);
            case "span.status" -> status(text) == span.status();
            case "span.kind" -> kind(text) == span.kind();
            case "scope.name" -> text.equals(span.origin().scopeName());
            case "scope.version" -> text.equals(span.origin().scopeVersion());
            default ->
                key.startsWith(RESOURCE)
                        ? has(span.origin().resource(), key.substring(RESOURCE.length()), text)
                        : isAnywhere(span, key, text);
        };
    }

    private static boolean isAnywhere(StoredSpan span, String key, String text) {
        return has(span.attributes(), key, text)
                || has(span.origin().scopeAttributes(), key, text)
                || has(span.origin().resource(), key, text)
                || span.events().stream().anyMatch(event -> has(event.attributes(), key, text))
                || span.links().stream().anyMatch(link -> has(link.attributes(), key, text));
    }

    private static boolean has(List<KeyValue> attributes, String key, String text) {
        for (KeyValue attribute : attributes) {
            if (attribute.getKey().equals(key)) {
                return SpanAttributes.text(attribute.getValue()).equals(text);
            }
        }
        return false;
    }

    /** Returns null if the text is not a boolean; no span matches then. */
    private static StatusCode failed(String text) {
        try {
            return GoText.parseBool(text) ? StatusCode.ERROR : StatusCode.OK;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static StatusCode status(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "OK" -> StatusCode.OK;
            case "ERROR" -> StatusCode.ERROR;
            default -> StatusCode.UNSET;
        };
    }

    /** Spans store an unspecified kind as null. */
    private static SpanKind kind(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "CLIENT" -> SpanKind.CLIENT;
            case "SERVER" -> SpanKind.SERVER;
            case "PRODUCER" -> SpanKind.PRODUCER;
            case "CONSUMER" -> SpanKind.CONSUMER;
            case "INTERNAL" -> SpanKind.INTERNAL;
            default -> null;
        };
    }

    /** Clamps the duration to the range of a long. */
    static long nanos(Duration duration) {
        return EpochNanos.saturated(duration.getSeconds(), duration.getNano());
    }
}
