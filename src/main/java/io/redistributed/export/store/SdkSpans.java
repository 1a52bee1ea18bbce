package io.redistributed.export.store;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Converts spans of this process to stored spans. Caches their few origins: one resource per service, some scopes. */
public final class SdkSpans {

    public static final int HAS_IS_REMOTE = 0x100;
    public static final int IS_REMOTE = 0x200;

    /** As deep as protobuf's readers go. Readers of a deeper value might overflow the stack. */
    private static final int MAX_DEPTH = 100;

    private final Map<OriginKey, StoredSpan.Origin> origins = new ConcurrentHashMap<>();

    private record OriginKey(Resource resource, InstrumentationScopeInfo scope) {}

    /** @throws IllegalArgumentException if an attribute is nested more than {@value #MAX_DEPTH} deep */
    public StoredSpan stored(SpanData span) {
        SpanContext parent = span.getParentSpanContext();
        return new StoredSpan(
                origins.computeIfAbsent(
                        new OriginKey(span.getResource(), span.getInstrumentationScopeInfo()), SdkSpans::origin),
                span.getTraceId(),
                span.getSpanId(),
                parent.isValid() ? parent.getSpanId() : null,
                parent.isRemote() && span.getKind() == SpanKind.SERVER,
                traceState(span.getSpanContext()),
                flags(span.getSpanContext(), parent),
                span.getName(),
                span.getKind(),
                span.getStartEpochNanos(),
                span.getEndEpochNanos(),
                span.getStatus().getStatusCode(),
                span.getStatus().getDescription(),
                attributes(span.getAttributes()),
                span.getEvents().stream().map(SdkSpans::event).toList(),
                span.getLinks().stream().map(SdkSpans::link).toList(),
                dropped(span));
    }

    private static StoredSpan.Origin origin(OriginKey key) {
        List<KeyValue> resource = attributes(key.resource.getAttributes());
        return new StoredSpan.Origin(
                SpanAttributes.service(resource),
                resource,
                0,
                Objects.requireNonNullElse(key.resource.getSchemaUrl(), ""),
                key.scope.getName(),
                Objects.requireNonNullElse(key.scope.getVersion(), ""),
                attributes(key.scope.getAttributes()),
                0,
                Objects.requireNonNullElse(key.scope.getSchemaUrl(), ""));
    }

    private static StoredSpan.Event event(EventData event) {
        return new StoredSpan.Event(
                event.getName(),
                event.getEpochNanos(),
                attributes(event.getAttributes()),
                event.getDroppedAttributesCount());
    }

    private static StoredSpan.Link link(LinkData link) {
        SpanContext to = link.getSpanContext();
        return new StoredSpan.Link(
                to.getTraceId(),
                to.getSpanId(),
                traceState(to),
                flags(to, to),
                attributes(link.getAttributes()),
                link.getTotalAttributeCount() - link.getAttributes().size());
    }

    private static StoredSpan.Dropped dropped(SpanData span) {
        int attributes = span.getTotalAttributeCount() - span.getAttributes().size();
        int events = span.getTotalRecordedEvents() - span.getEvents().size();
        int links = span.getTotalRecordedLinks() - span.getLinks().size();
        return (attributes | events | links) == 0
                ? StoredSpan.Dropped.NONE
                : new StoredSpan.Dropped(Math.max(0, attributes), Math.max(0, events), Math.max(0, links));
    }

    /** @param remote the context that decides the remote flag: for a span, its parent */
    public static int flags(SpanContext span, SpanContext remote) {
        return span.getTraceFlags().asByte() & 0xFF | HAS_IS_REMOTE | (remote.isRemote() ? IS_REMOTE : 0);
    }

    /** Returns the text of the header. */
    public static String traceState(SpanContext context) {
        if (context.getTraceState().isEmpty()) {
            return "";
        }
        List<String> members = new ArrayList<>();
        context.getTraceState().forEach((key, value) -> members.add(key + '=' + value));
        return String.join(",", members);
    }

    private static List<KeyValue> attributes(Attributes attributes) {
        if (attributes.isEmpty()) {
            return List.of();
        }
        List<KeyValue> all = new ArrayList<>(attributes.size());
        attributes.forEach((key, value) -> {
            Value<?> converted = value(value);
            requireDepth(key.getKey(), converted, MAX_DEPTH);
            all.add(KeyValue.of(key.getKey(), converted));
        });
        return List.copyOf(all);
    }

    private static void requireDepth(String key, Value<?> value, int left) {
        if (left == 0) {
            throw new IllegalArgumentException("attribute " + key + " is nested more than " + MAX_DEPTH + " deep");
        }
        if (value.getType() == ValueType.ARRAY) {
            SpanAttributes.list(value).forEach(element -> requireDepth(key, (Value<?>) element, left - 1));
        } else if (value.getType() == ValueType.KEY_VALUE_LIST) {
            SpanAttributes.list(value).forEach(entry -> requireDepth(key, ((KeyValue) entry).getValue(), left - 1));
        }
    }

    /** @param value null, which arrays may hold, becomes an empty value */
    public static Value<?> value(Object value) {
        if (value == null) {
            return Value.empty();
        }
        if (value instanceof Value<?> any) {
            return any;
        }
        if (value instanceof List<?> list) {
            return Value.of(list.stream().<Value<?>>map(SdkSpans::value).toList());
        }
        if (value instanceof Boolean flag) {
            return Value.of(flag);
        }
        if (value instanceof Long number) {
            return Value.of(number);
        }
        return value instanceof Double number ? Value.of(number) : Value.of(value.toString());
    }
}
