package io.redistributed.export.jaeger;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.redistributed.export.collector.ProtoWriter;
import io.redistributed.export.store.SpanAttributes;
import io.redistributed.export.store.StoredSpan;
import io.vertx.core.json.Json;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes parts of a {@code jaeger.api_v2.PostSpansRequest}, whose fields are those of <a
 * href="https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v2/model.proto">model.proto</a>. The mapping follows {@link JaegerTags} and <a
 * href="https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/">OpenTelemetry's specification</a>.
 */
final class JaegerModel {

    /** The only flag with the same meaning in both; W3C's flag for random ids means "debug" in Jaeger. */
    private static final int SAMPLED = 1;

    private static final int CHILD_OF = 0;
    private static final int FOLLOWS_FROM = 1;
    private static final int BOOL = 1;
    private static final int INT64 = 2;
    private static final int FLOAT64 = 3;
    private static final int BINARY = 4;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private JaegerModel() {}

    static void process(ProtoWriter out, StoredSpan.Origin origin) {
        out.string(1, origin.service());
        tags(out, 2, JaegerTags.of(origin));
    }

    static void span(ProtoWriter out, StoredSpan span) {
        id(out, 1, span.traceId());
        id(out, 2, span.spanId());
        out.string(3, span.name());
        if (span.parentSpanId() != null) {
            out.nested(4, reference -> reference(reference, span.traceId(), span.parentSpanId(), CHILD_OF));
        }
        for (StoredSpan.Link link : span.links()) {
            out.nested(4, reference -> reference(reference, link.traceId(), link.spanId(), FOLLOWS_FROM));
        }
        out.number(5, span.flags() & SAMPLED);
        out.nested(6, time -> time(time, span.startNanos()));
        out.nested(7, time -> time(time, span.durationNanos()));
        tags(out, 8, JaegerTags.of(span));
        for (StoredSpan.Event event : span.events()) {
            out.nested(9, log -> log(log, event.epochNanos(), JaegerTags.of(event)));
        }
        for (StoredSpan.Link link : span.links()) {
            if (JaegerTags.exceedsReference(link)) {
                out.nested(9, log -> log(log, span.startNanos(), JaegerTags.of(link)));
            }
        }
    }

    private static void reference(ProtoWriter out, String traceId, String spanId, int type) {
        id(out, 1, traceId);
        id(out, 2, spanId);
        out.number(3, type);
    }

    private static void log(ProtoWriter out, long epochNanos, List<KeyValue> fields) {
        out.nested(1, time -> time(time, epochNanos));
        tags(out, 2, fields);
    }

    private static void tags(ProtoWriter out, int field, List<KeyValue> tags) {
        for (KeyValue tag : tags) {
            out.nested(field, fields -> tag(fields, tag.getKey(), tag.getValue()));
        }
    }

    private static void tag(ProtoWriter out, String key, Value<?> value) {
        out.string(1, key);
        switch (value.getType()) {
            case BOOLEAN -> {
                out.number(2, BOOL);
                out.bool(4, (Boolean) value.getValue());
            }
            case LONG -> {
                out.number(2, INT64);
                out.number(5, (Long) value.getValue());
            }
            case DOUBLE -> {
                out.number(2, FLOAT64);
                out.real(6, (Double) value.getValue());
            }
            case BYTES -> {
                out.number(2, BINARY);
                out.bytes(7, (ByteBuffer) value.getValue());
            }
            case STRING -> out.string(3, value.asString());
            case ARRAY, KEY_VALUE_LIST -> out.string(3, Json.encode(SpanAttributes.json(value)));
            case EMPTY -> out.string(3, "");
        }
    }

    private static void time(ProtoWriter out, long nanos) {
        out.number(1, Math.floorDiv(nanos, NANOS_PER_SECOND));
        out.number(2, Math.floorMod(nanos, (long) NANOS_PER_SECOND));
    }

    private static void id(ProtoWriter out, int field, String hex) {
        out.bytes(field, HexFormat.of().parseHex(hex));
    }
}
