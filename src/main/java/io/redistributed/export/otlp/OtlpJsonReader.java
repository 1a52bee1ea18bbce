package io.redistributed.export.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.redistributed.settings.ParseErrors;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads OTLP/JSON: <a href="https://protobuf.dev/programming-guides/json/">ProtoJSON</a> with ids in hex, as <a
 * href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP</a> specifies. Accepts lowerCamelCase and original field names, skips unknown fields and nulls. The last value of a repeated key wins; lists are joined.
 *
 * <p>A malformed span is skipped and counted. Any other malformed value fails the request.
 */
final class OtlpJsonReader {

    /** The depth limit of protobuf's own reader. */
    private static final int MAX_DEPTH = 100;

    private static final Set<String> IDS = Set.of("trace_id", "span_id", "parent_span_id");
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Map<Descriptor, Map<String, FieldDescriptor>> FIELDS = new ConcurrentHashMap<>();

    private final JsonParser json;
    private final int maxElements;
    private int elements;
    private int malformedSpans;
    private String firstMalformed = "";

    /** Signals a malformed field. Has no stack trace, because a body can contain many of them. */
    private static final class MalformedException extends IllegalArgumentException {

        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private OtlpJsonReader(JsonParser json, int maxElements) {
        this.json = json;
        this.maxElements = maxElements;
    }

    /**
     * @throws TooManyElementsException if the body has more elements
     * @throws IllegalArgumentException if the body is not OTLP/JSON; the message has the position and the error
     */
    static OtlpRequest read(byte[] body, int maxElements) {
        try (JsonParser json = FACTORY.createParser(body)) {
            json.nextToken();
            ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
            OtlpJsonReader reader = new OtlpJsonReader(json, maxElements);
            reader.read(request, "the body", MAX_DEPTH);
            if (json.nextToken() != null) {
                throw reader.bad("the body", "must be a single JSON object");
            }
            return new OtlpRequest(request.build(), reader.malformedSpans, reader.firstMalformed);
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
            throw bad(name, "is nested deeper than " + MAX_DEPTH + " objects");
        }
        countElement();
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
                Object value = value(message, field, depth);
                if (value != null) {
                    message.setField(field, value);
                }
            }
        }
    }

    private void readAll(Message.Builder message, FieldDescriptor field, int depth) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw bad(field, "an array");
        }
        boolean isSpans = isSpan(field);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                countElement();
            }
            Object value = isSpans ? span(message, field, depth) : value(message, field, depth);
            if (value != null) {
                message.addRepeatedField(field, value);
            }
        }
    }

    private void countElement() {
        if (++elements > maxElements) {
            throw new TooManyElementsException(maxElements);
        }
    }

    private static boolean isSpan(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && field.getMessageType() == Span.getDescriptor();
    }

    /** Returns null if the object does not fit the schema; the parser is then at its end. */
    private Object span(Message.Builder message, FieldDescriptor field, int depth) throws IOException {
        JsonStreamContext around =
                json.currentToken().isStructStart() ? json.getParsingContext().getParent() : null;
        try {
            return value(message, field, depth);
        } catch (MalformedException e) {
            if (malformedSpans++ == 0) {
                firstMalformed = e.getMessage();
            }
            while (around != null && json.getParsingContext() != around) {
                json.nextToken();
            }
            return null;
        }
    }

    /** Returns null for an unknown enum name. */
    private Object value(Message.Builder message, FieldDescriptor field, int depth) throws IOException {
        JsonToken token = json.currentToken();
        return switch (field.getJavaType()) {
            case MESSAGE -> {
                Message.Builder part = message.newBuilderForField(field);
                read(part, field.getJsonName(), depth - 1);
                yield part.build();
            }
            case STRING -> ProtoJson.wellFormed(text(field, "text"));
            case BYTE_STRING -> {
                boolean isId = IDS.contains(field.getName());
                String allowed = isId ? "hex digits" : "text in base64";
                String text = text(field, allowed);
                yield orBad(isId ? ProtoJson.hex(text) : ProtoJson.base64(text), field, allowed);
            }
            case BOOLEAN -> {
                if (!token.isBoolean()) {
                    throw bad(field, "true or false");
                }
                yield json.getBooleanValue();
            }
            case ENUM -> enumValue(field);
            case INT, LONG -> {
                checkNumber(field);
                yield orBad(ProtoJson.integer(json.getText(), field), field, "a number" + ofType(field));
            }
            case DOUBLE, FLOAT -> {
                checkNumber(field);
                yield orBad(ProtoJson.decimal(json.getText()), field, "a number" + ofType(field));
            }
        };
    }

    private EnumValueDescriptor enumValue(FieldDescriptor field) throws IOException {
        checkNumber(field);
        Long number = ProtoJson.integer(json.getText());
        if (number == null && json.currentToken() == JsonToken.VALUE_STRING) {
            return field.getEnumType().findValueByName(json.getText());
        }
        if (number == null || number != number.intValue()) {
            throw bad(field, "a number or a name" + ofType(field));
        }
        return field.getEnumType().findValueByNumberCreatingIfUnknown(number.intValue());
    }

    /** ProtoJSON writes 64-bit numbers as text; accepts both. */
    private void checkNumber(FieldDescriptor field) throws IOException {
        JsonToken token = json.currentToken();
        if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
            throw bad(field, "a number" + ofType(field));
        }
    }

    private String text(FieldDescriptor field, String what) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw bad(field, what);
        }
        return json.getText();
    }

    private <T> T orBad(T value, FieldDescriptor field, String allowed) {
        if (value == null) {
            throw bad(field, allowed);
        }
        return value;
    }

    private static String ofType(FieldDescriptor field) {
        return " of type " + field.getType().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, FieldDescriptor> fields(Descriptor type) {
        Map<String, FieldDescriptor> fields = new HashMap<>();
        type.getFields().forEach(field -> {
            fields.put(field.getName(), field);
            fields.put(field.getJsonName(), field);
        });
        return fields;
    }

    private MalformedException bad(FieldDescriptor field, String allowed) {
        return bad(field.getJsonName(), "must be " + allowed);
    }

    private MalformedException bad(String name, String why) {
        return new MalformedException("line " + json.currentTokenLocation().getLineNr() + ", column "
                + json.currentTokenLocation().getColumnNr() + ": " + name + " " + why);
    }
}
