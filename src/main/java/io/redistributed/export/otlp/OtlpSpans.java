package io.redistributed.export.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.redistributed.export.store.SdkSpans;
import io.redistributed.export.store.SpanAttributes;
import io.redistributed.export.store.StoredSpan;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Converts the spans of an OTLP request to stored spans. */
final class OtlpSpans {

    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;

    private final List<StoredSpan> spans = new ArrayList<>();
    private final Map<Flaw, Integer> rejected = new EnumMap<>(Flaw.class);

    /** The reason why a span cannot be stored. */
    private enum Flaw {
        TRACE_ID("with an invalid traceId (16 bytes, not all 0)"),
        SPAN_ID("with an invalid spanId (8 bytes, not all 0)"),
        PARENT_SPAN_ID("with an invalid parentSpanId (8 bytes, or none)"),
        NO_START("without a startTimeUnixNano"),
        START_TOO_LATE("with a startTimeUnixNano after 2262");

        private final String text;

        Flaw(String text) {
            this.text = text;
        }
    }

    private OtlpSpans() {}

    static OtlpSpans of(ExportTraceServiceRequest request) {
        OtlpSpans all = new OtlpSpans();
        for (ResourceSpans ofResource : request.getResourceSpansList()) {
            List<KeyValue> resource = named(attributes(ofResource.getResource().getAttributesList()));
            for (ScopeSpans ofScope : ofResource.getScopeSpansList()) {
                InstrumentationScope scope = ofScope.getScope();
                StoredSpan.Origin origin = new StoredSpan.Origin(
                        SpanAttributes.service(resource),
                        resource,
                        ofResource.getResource().getDroppedAttributesCount(),
                        ofResource.getSchemaUrl(),
                        scope.getName(),
                        scope.getVersion(),
                        attributes(scope.getAttributesList()),
                        scope.getDroppedAttributesCount(),
                        ofScope.getSchemaUrl());
                ofScope.getSpansList().forEach(span -> all.add(span, origin));
            }
        }
        return all;
    }

    List<StoredSpan> spans() {
        return spans;
    }

    int rejected() {
        return rejected.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Returns the number of rejected spans by reason. */
    List<String> reasons() {
        return rejected.entrySet().stream()
                .map(flaw -> flaw.getValue() + " " + flaw.getKey().text)
                .toList();
    }

    /** Gives a resource without a usable service name Jaeger's placeholder, so that all views show the same name. */
    private static List<KeyValue> named(List<KeyValue> resource) {
        KeyValue name = KeyValue.of(SpanAttributes.SERVICE_NAME, Value.of(SpanAttributes.service(resource)));
        if (resource.contains(name)) {
            return resource;
        }
        return Stream.concat(
                        resource.stream()
                                .filter(attribute -> !attribute.getKey().equals(SpanAttributes.SERVICE_NAME)),
                        Stream.of(name))
                .toList();
    }

    private void add(Span span, StoredSpan.Origin origin) {
        Flaw flaw = flaw(span);
        if (flaw != null) {
            rejected.merge(flaw, 1, Integer::sum);
            return;
        }
        SpanKind kind = kind(span);
        spans.add(new StoredSpan(
                origin,
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                isZero(span.getParentSpanId()) ? null : hex(span.getParentSpanId()),
                kind == SpanKind.SERVER && mayBeRemote(span.getFlags()),
                span.getTraceState(),
                span.getFlags(),
                span.getName().isEmpty() ? "empty-span-name" : span.getName(),
                kind,
                span.getStartTimeUnixNano(),
                Math.max(span.getStartTimeUnixNano(), span.getEndTimeUnixNano()),
                switch (span.getStatus().getCode()) {
                    case STATUS_CODE_OK -> StatusCode.OK;
                    case STATUS_CODE_ERROR -> StatusCode.ERROR;
                    case STATUS_CODE_UNSET, UNRECOGNIZED -> StatusCode.UNSET;
                },
                span.getStatus().getMessage(),
                attributes(span.getAttributesList()),
                span.getEventsList().stream().map(OtlpSpans::event).toList(),
                span.getLinksList().stream()
                        .filter(link ->
                                isId(link.getTraceId(), TRACE_ID_BYTES) && isId(link.getSpanId(), SPAN_ID_BYTES))
                        .map(OtlpSpans::link)
                        .toList(),
                new StoredSpan.Dropped(
                        span.getDroppedAttributesCount(), span.getDroppedEventsCount(), span.getDroppedLinksCount())));
    }

    /** Returns null if the span is valid. */
    private static Flaw flaw(Span span) {
        ByteString parent = span.getParentSpanId();
        if (!isId(span.getTraceId(), TRACE_ID_BYTES)) {
            return Flaw.TRACE_ID;
        }
        if (!isId(span.getSpanId(), SPAN_ID_BYTES)) {
            return Flaw.SPAN_ID;
        }
        if (!isZero(parent) && !isId(parent, SPAN_ID_BYTES)) {
            return Flaw.PARENT_SPAN_ID;
        }
        if (span.getStartTimeUnixNano() == 0) {
            return Flaw.NO_START;
        }
        return span.getStartTimeUnixNano() < 0 ? Flaw.START_TOO_LATE : null;
    }

    /** Returns null if the kind is unspecified. */
    private static SpanKind kind(Span span) {
        return switch (span.getKind()) {
            case SPAN_KIND_SERVER -> SpanKind.SERVER;
            case SPAN_KIND_CLIENT -> SpanKind.CLIENT;
            case SPAN_KIND_PRODUCER -> SpanKind.PRODUCER;
            case SPAN_KIND_CONSUMER -> SpanKind.CONSUMER;
            case SPAN_KIND_INTERNAL -> SpanKind.INTERNAL;
            case SPAN_KIND_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    /** Without the flag for a remote parent, the parent may be in any process. */
    private static boolean mayBeRemote(int flags) {
        return (flags & SdkSpans.HAS_IS_REMOTE) == 0 || (flags & SdkSpans.IS_REMOTE) != 0;
    }

    private static StoredSpan.Event event(Span.Event event) {
        return new StoredSpan.Event(
                event.getName(),
                event.getTimeUnixNano(),
                attributes(event.getAttributesList()),
                event.getDroppedAttributesCount());
    }

    private static StoredSpan.Link link(Span.Link link) {
        return new StoredSpan.Link(
                hex(link.getTraceId()),
                hex(link.getSpanId()),
                link.getTraceState(),
                link.getFlags(),
                attributes(link.getAttributesList()),
                link.getDroppedAttributesCount());
    }

    /** The last value of a key wins. */
    private static List<KeyValue> attributes(List<io.opentelemetry.proto.common.v1.KeyValue> attributes) {
        Map<String, KeyValue> byKey = new LinkedHashMap<>();
        attributes.forEach(attribute ->
                byKey.put(attribute.getKey(), KeyValue.of(attribute.getKey(), value(attribute.getValue()))));
        return List.copyOf(byKey.values());
    }

    private static Value<?> value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> Value.of(value.getStringValue());
            case BOOL_VALUE -> Value.of(value.getBoolValue());
            case INT_VALUE -> Value.of(value.getIntValue());
            case DOUBLE_VALUE -> Value.of(value.getDoubleValue());
            case BYTES_VALUE -> Value.of(value.getBytesValue().toByteArray());
            case ARRAY_VALUE ->
                Value.of(value.getArrayValue().getValuesList().stream()
                        .<Value<?>>map(OtlpSpans::value)
                        .toList());
            case KVLIST_VALUE -> {
                Map<String, Value<?>> map = new LinkedHashMap<>();
                value.getKvlistValue()
                        .getValuesList()
                        .forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
                yield Value.of(map);
            }
            case VALUE_NOT_SET -> Value.empty();
        };
    }

    private static boolean isId(ByteString id, int bytes) {
        return id.size() == bytes && !isZero(id);
    }

    private static boolean isZero(ByteString id) {
        for (int i = 0; i < id.size(); i++) {
            if (id.byteAt(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }
}
