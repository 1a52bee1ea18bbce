package io.redistributed.export.store;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/** Converts attributes of spans, resources and scopes. */
public final class SpanAttributes {

    public static final String SERVICE_NAME = "service.name";

    private static final double MIN_PLAIN = 1e-6;
    private static final double MAX_PLAIN = 1e21;

    private SpanAttributes() {}

    /** Returns the resource's service name, or Jaeger's placeholder. */
    public static String service(List<KeyValue> resource) {
        return resource.stream()
                .filter(attribute -> attribute.getKey().equals(SERVICE_NAME))
                .findFirst()
                .map(attribute -> service(attribute.getValue()))
                .orElse("missing-service-name");
    }

    private static String service(Value<?> name) {
        if (name.getType() != ValueType.STRING) {
            return "service-name-wrong-type";
        }
        String text = (String) name.getValue();
        return text.isEmpty() ? "empty-service-name" : text;
    }

    /** Returns the value as text for searches: numbers as in JSON, bytes in base64, lists and maps in JSON. */
    public static String text(Value<?> value) {
        return switch (value.getType()) {
            case STRING, BOOLEAN, LONG -> value.getValue().toString();
            case DOUBLE -> text((Double) value.getValue());
            case BYTES -> base64(value);
            case ARRAY, KEY_VALUE_LIST -> json(value).toString();
            case EMPTY -> "";
        };
    }

    /** Formats a number like Go and JavaScript: 1 instead of 1.0, 1e+21 instead of 1.0E21. */
    private static String text(double value) {
        double size = Math.abs(value);
        if (value == 0 || size >= MIN_PLAIN && size < MAX_PLAIN) {
            return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
        }
        return Double.toString(value)
                .replace(".0E", "E")
                .replaceFirst("E(\\d)", "e+$1")
                .replace('E', 'e');
    }

    /** Returns plain JSON; bytes in base64, numbers outside of JSON as text. The last value of a key wins. */
    public static JsonObject json(List<KeyValue> attributes) {
        JsonObject json = new JsonObject();
        attributes.forEach(attribute -> json.put(attribute.getKey(), json(attribute.getValue())));
        return json;
    }

    /** Returns null for an empty value. */
    public static Object json(Value<?> value) {
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

    /** Returns the elements of an array or the entries of a map. */
    public static List<?> list(Value<?> value) {
        return (List<?>) value.getValue();
    }

    public static String base64(Value<?> value) {
        ByteBuffer bytes = (ByteBuffer) value.getValue();
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }

    private static Object number(Double value) {
        return value.isNaN() || value.isInfinite() ? value.toString() : value;
    }
}
