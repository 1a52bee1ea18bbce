package io.redistributed.export;

import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.vertx.core.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes spans as a {@code jaeger.api_v2.PostSpansRequest}, whose fields are those of <a
 * href="https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v2/model.proto">model.proto</a>. What becomes of
 * each part of a span is {@link JaegerTags}' to say, and here: <a
 * href="https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/">the mapping</a>.
 */
final class JaegerModel {

    /** The only flag that means the same to both; the one of W3C for random ids is "debug" to Jaeger. */
    private static final int SAMPLED = 1;

    private static final int CHILD_OF = 0;
    private static final int FOLLOWS_FROM = 1;
    private static final int BOOL = 1;
    private static final int INT64 = 2;
    private static final int FLOAT64 = 3;
    private static final int BINARY = 4;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private JaegerModel() {}

    /** The fields of a message. */
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    /** @param spans of one resource, at least one */
    static byte[] request(List<StoredSpan> spans) {
        return message(request -> nested(request, 1, batch -> {
            for (StoredSpan span : spans) {
                nested(batch, 1, out -> span(out, span));
            }
            nested(batch, 2, out -> process(out, spans.get(0).origin()));
        }));
    }

    private static void process(CodedOutputStream out, StoredSpan.Origin origin) throws IOException {
        string(out, 1, origin.service());
        tags(out, 2, JaegerTags.of(origin));
    }

    private static void span(CodedOutputStream out, StoredSpan span) throws IOException {
        id(out, 1, span.traceId());
        id(out, 2, span.spanId());
        string(out, 3, span.name());
        if (span.parentSpanId() != null) {
            nested(out, 4, reference -> reference(reference, span.traceId(), span.parentSpanId(), CHILD_OF));
        }
        for (StoredSpan.Link link : span.links()) {
            nested(out, 4, reference -> reference(reference, link.traceId(), link.spanId(), FOLLOWS_FROM));
        }
        out.writeUInt32(5, span.flags() & SAMPLED);
        nested(out, 6, time -> time(time, span.startNanos()));
        nested(out, 7, time -> time(time, span.durationNanos()));
        tags(out, 8, JaegerTags.of(span));
        for (StoredSpan.Event event : span.events()) {
            nested(out, 9, log -> log(log, event.epochNanos(), JaegerTags.of(event)));
        }
        for (StoredSpan.Link link : span.links()) {
            if (JaegerTags.exceedsReference(link)) {
                nested(out, 9, log -> log(log, span.startNanos(), JaegerTags.of(link)));
            }
        }
    }

    private static void reference(CodedOutputStream out, String traceId, String spanId, int type) throws IOException {
        id(out, 1, traceId);
        id(out, 2, spanId);
        out.writeEnum(3, type);
    }

    private static void log(CodedOutputStream out, long epochNanos, List<KeyValue> fields) throws IOException {
        nested(out, 1, time -> time(time, epochNanos));
        tags(out, 2, fields);
    }

    private static void tags(CodedOutputStream out, int field, List<KeyValue> tags) throws IOException {
        for (KeyValue tag : tags) {
            nested(out, field, fields -> tag(fields, tag.getKey(), tag.getValue()));
        }
    }

    private static void tag(CodedOutputStream out, String key, Value<?> value) throws IOException {
        string(out, 1, key);
        switch (value.getType()) {
            case BOOLEAN -> {
                out.writeEnum(2, BOOL);
                out.writeBool(4, (Boolean) value.getValue());
            }
            case LONG -> {
                out.writeEnum(2, INT64);
                out.writeInt64(5, (Long) value.getValue());
            }
            case DOUBLE -> {
                out.writeEnum(2, FLOAT64);
                out.writeDouble(6, (Double) value.getValue());
            }
            case BYTES -> {
                out.writeEnum(2, BINARY);
                out.writeByteBuffer(7, ((ByteBuffer) value.getValue()).duplicate());
            }
            case STRING -> string(out, 3, value.asString());
            case ARRAY, KEY_VALUE_LIST -> string(out, 3, Json.encode(SpanAttributes.json(value)));
            case EMPTY -> string(out, 3, "");
        }
    }

    private static void time(CodedOutputStream out, long nanos) throws IOException {
        out.writeInt64(1, Math.floorDiv(nanos, NANOS_PER_SECOND));
        out.writeInt32(2, (int) Math.floorMod(nanos, (long) NANOS_PER_SECOND));
    }

    private static void id(CodedOutputStream out, int field, String hex) throws IOException {
        out.writeByteArray(field, HexFormat.of().parseHex(hex));
    }

    /** A lone surrogate becomes a question mark; {@link CodedOutputStream#writeString} would log each. */
    private static void string(CodedOutputStream out, int field, String text) throws IOException {
        out.writeByteArray(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void nested(CodedOutputStream out, int field, Fields fields) throws IOException {
        out.writeByteArray(field, message(fields));
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 128);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
