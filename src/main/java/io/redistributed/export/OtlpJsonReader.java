package io.redistributed.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.redistributed.settings.ParseErrors;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads OTLP/JSON: protobuf's JSON with ids in hex and enums as numbers, <a
 * href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">JSON Protobuf Encoding</a>. Keys that are not
 * known are skipped, as it wants.
 */
final class OtlpJsonReader {

    /** As deep as protobuf's own reader goes. */
    private static final int MAX_DEPTH = 100;

    private static final Set<String> IDS = Set.of("trace_id", "span_id", "parent_span_id");
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Map<Descriptor, Map<String, FieldDescriptor>> FIELDS = new ConcurrentHashMap<>();

    private final JsonParser json;

    private OtlpJsonReader(JsonParser json) {
        this.json = json;
    }

    /** @throws IllegalArgumentException saying where it is not OTLP/JSON, and why */
    static ExportTraceServiceRequest read(byte[] body) {
        try (JsonParser json = FACTORY.createParser(body)) {
            json.nextToken();
            ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
            OtlpJsonReader reader = new OtlpJsonReader(json);
            reader.read(request, "the body", MAX_DEPTH);
            if (json.nextToken() != null) {
                throw reader.bad("the body", "is followed by something");
            }
            return request.build();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the body is not JSON: " + ParseErrors.text(e), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the body is not JSON: " + e.getMessage(), e);
        }
    }

    private void read(Message.Builder message, String name, int depth) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw bad(name, "must be an object");
        }
        if (depth == 0) {
            throw bad(name, "is more than " + MAX_DEPTH + " objects deep");
        }
        Map<String, FieldDescriptor> fields =
                FIELDS.computeIfAbsent(message.getDescriptorForType(), OtlpJsonReader::fields);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            FieldDescriptor field = fields.get(json.currentName());
            JsonToken token = json.nextToken();
            if (field == null || token == JsonToken.VALUE_NULL) {
                json.skipChildren();
            } else if (field.isRepeated()) {
                readAll(message, field, depth);
            } else {
                message.setField(field, value(message, field, depth));
            }
        }
    }

    private void readAll(Message.Builder message, FieldDescriptor field, int depth) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw bad(field, "an array");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            message.addRepeatedField(field, value(message, field, depth));
        }
    }

    private Object value(Message.Builder message, FieldDescriptor field, int depth) throws IOException {
        return switch (field.getJavaType()) {
            case MESSAGE -> {
                Message.Builder part = message.newBuilderForField(field);
                read(part, field.getJsonName(), depth - 1);
                yield part.build();
            }
            case STRING -> text(field, "text");
            case BYTE_STRING -> bytes(field);
            case BOOLEAN -> {
                if (!json.currentToken().isBoolean()) {
                    throw bad(field, "true or false");
                }
                yield json.getBooleanValue();
            }
            case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown((int) number(field, Integer::parseInt));
            case INT -> number(field, Integer::parseUnsignedInt);
            case LONG ->
                number(
                        field,
                        field.getType() == FieldDescriptor.Type.FIXED64 ? Long::parseUnsignedLong : Long::parseLong);
            case DOUBLE, FLOAT -> number(field, Double::parseDouble);
        };
    }

    /** Numbers of 64 bits are text in protobuf's JSON, and either will do. */
    private <T> T number(FieldDescriptor field, Function<String, T> parser) throws IOException {
        JsonToken token = json.currentToken();
        if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
            throw bad(field, "a number");
        }
        try {
            return parser.apply(json.getText());
        } catch (NumberFormatException e) {
            throw bad(field, "a number of type " + field.getType().name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    private ByteString bytes(FieldDescriptor field) throws IOException {
        boolean isId = IDS.contains(field.getName());
        String text = text(field, isId ? "hex digits" : "text in base64");
        try {
            return ByteString.copyFrom(
                    isId ? HexFormat.of().parseHex(text) : Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw bad(field, isId ? "hex digits" : "text in base64");
        }
    }

    private String text(FieldDescriptor field, String what) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw bad(field, what);
        }
        return json.getText();
    }

    private static Map<String, FieldDescriptor> fields(Descriptor type) {
        return type.getFields().stream().collect(Collectors.toMap(FieldDescriptor::getJsonName, Function.identity()));
    }

    private IllegalArgumentException bad(FieldDescriptor field, String allowed) {
        return bad(field.getJsonName(), "must be " + allowed);
    }

    private IllegalArgumentException bad(String name, String why) {
        return new IllegalArgumentException(
                "line " + json.currentTokenLocation().getLineNr() + ", column "
                        + json.currentTokenLocation().getColumnNr() + ": " + name + " " + why);
    }
}
