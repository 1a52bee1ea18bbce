package io.redistributed.export;

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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The spans of an OTLP request as the store keeps them. */
final class OtlpSpans {

    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;

    private final List<StoredSpan> spans = new ArrayList<>();
    private int invalid;

    private OtlpSpans() {}

    static OtlpSpans of(ExportTraceServiceRequest request) {
        OtlpSpans all = new OtlpSpans();
        for (ResourceSpans ofResource : request.getResourceSpansList()) {
            List<KeyValue> resource = attributes(ofResource.getResource().getAttributesList());
            for (ScopeSpans ofScope : ofResource.getScopeSpansList()) {
                InstrumentationScope scope = ofScope.getScope();
                StoredSpan.Origin origin = new StoredSpan.Origin(
                        SpanAttributes.text(resource, "service.name", StoredSpan.Origin.UNKNOWN_SERVICE),
                        resource,
                        ofResource.getSchemaUrl(),
                        scope.getName(),
                        scope.getVersion(),
                        attributes(scope.getAttributesList()),
                        ofScope.getSchemaUrl());
                ofScope.getSpansList().forEach(span -> all.add(span, origin));
            }
        }
        return all;
    }

    List<StoredSpan> spans() {
        return spans;
    }

    /** How many there are besides that cannot be kept: their ids are none, or they began before 1970 or after 2262. */
    int invalid() {
        return invalid;
    }

    private void add(Span span, StoredSpan.Origin origin) {
        ByteString parent = span.getParentSpanId();
        boolean root = isZero(parent);
        if (!isId(span.getTraceId(), TRACE_ID_BYTES)
                || !isId(span.getSpanId(), SPAN_ID_BYTES)
                || !root && !isId(parent, SPAN_ID_BYTES)
                || span.getStartTimeUnixNano() < 0) {
            invalid++;
            return;
        }
        SpanKind kind = kind(span);
        spans.add(new StoredSpan(
                origin,
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                root ? null : hex(parent),
                kind == SpanKind.SERVER && mayBeRemote(span.getFlags()),
                span.getTraceState(),
                span.getFlags(),
                span.getName(),
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

    private static SpanKind kind(Span span) {
        return switch (span.getKind()) {
            case SPAN_KIND_SERVER -> SpanKind.SERVER;
            case SPAN_KIND_CLIENT -> SpanKind.CLIENT;
            case SPAN_KIND_PRODUCER -> SpanKind.PRODUCER;
            case SPAN_KIND_CONSUMER -> SpanKind.CONSUMER;
            case SPAN_KIND_INTERNAL, SPAN_KIND_UNSPECIFIED, UNRECOGNIZED -> SpanKind.INTERNAL;
        };
    }

    /** A sender that does not say whether the parent is remote may be called by anybody. */
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

    private static List<KeyValue> attributes(List<io.opentelemetry.proto.common.v1.KeyValue> attributes) {
        return attributes.stream()
                .map(attribute -> KeyValue.of(attribute.getKey(), value(attribute.getValue())))
                .toList();
    }

    /** A value that is absent becomes an empty text; OpenTelemetry's {@code Value} has no other way to say so. */
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
            case VALUE_NOT_SET -> Value.of("");
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
