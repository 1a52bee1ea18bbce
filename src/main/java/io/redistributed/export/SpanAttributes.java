package io.redistributed.export;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/** Attributes of spans, resources and scopes. */
final class SpanAttributes {

    private SpanAttributes() {}

    /** The text of that name, or {@code otherwise} if there is none, or it is empty. */
    static String text(List<KeyValue> attributes, String key, String otherwise) {
        return attributes.stream()
                .filter(attribute -> attribute.getKey().equals(key)
                        && attribute.getValue().getType() == ValueType.STRING
                        && !attribute.getValue().asString().isEmpty())
                .findFirst()
                .map(attribute -> attribute.getValue().asString())
                .orElse(otherwise);
    }

    /** Plain JSON; bytes in base64, and numbers that JSON does not have as text. Of one key the last counts. */
    static JsonObject json(List<KeyValue> attributes) {
        JsonObject json = new JsonObject();
        attributes.forEach(attribute -> json.put(attribute.getKey(), json(attribute.getValue())));
        return json;
    }

    /** Null for an empty value. */
    static Object json(Value<?> value) {
        return switch (value.getType()) {
            case ARRAY ->
                new JsonArray(list(value).stream()
                        .map(element -> json((Value<?>) element))
                        .toList());
            case KEY_VALUE_LIST ->
                json(list(value).stream().map(KeyValue.class::cast).toList());
            case BYTES -> base64(value);
            case DOUBLE -> number((Double) value.getValue());
            case STRING, BOOLEAN, LONG -> value.getValue();
            case EMPTY -> null;
        };
    }

    /** The elements of an array, or the entries of a map. */
    static List<?> list(Value<?> value) {
        return (List<?>) value.getValue();
    }

    static String base64(Value<?> value) {
        ByteBuffer bytes = (ByteBuffer) value.getValue();
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }

    private static Object number(Double value) {
        return value.isNaN() || value.isInfinite() ? value.toString() : value;
    }
}
