package io.redistributed.api;

import io.redistributed.settings.SchemaCheck;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A report type as its workers have announced it. */
final class ReportType {

    private static final Logger log = LoggerFactory.getLogger(ReportType.class);

    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d{1,18})?([eE][+-]?\\d{1,2})?");

    private final JsonObject description;
    private final SchemaCheck check;
    private final Map<String, Object> types = new HashMap<>();

    private ReportType(JsonObject description, JsonObject schema) {
        this.description = description;
        this.check = SchemaCheck.of(schema);
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        properties.forEach(property -> types.put(
                property.getKey(), properties.getJsonObject(property.getKey()).getValue("type")));
        check.check(new JsonObject());
    }

    /** @param description as its workers have announced it; if its schema is of no use, parameters go unchecked */
    static ReportType of(String name, JsonObject description) {
        try {
            return new ReportType(description, description.getJsonObject("parameters", new JsonObject()));
        } catch (RuntimeException e) {
            log.warn(
                    "Parameters of '{}' go unchecked, as its workers announce no usable schema: {}",
                    name,
                    e.toString());
            return new ReportType(description, new JsonObject());
        }
    }

    boolean isDescribedBy(JsonObject other) {
        return description.equals(other);
    }

    List<SchemaCheck.Violation> check(JsonObject parameters) {
        return check.check(parameters);
    }

    /** A query string has only text: where the schema wants a number or a boolean, make it one. */
    Object typed(String parameter, String text) {
        Object wanted = types.get(parameter);
        if ("integer".equals(wanted) && INTEGER.matcher(text).matches()) {
            return Long.valueOf(text);
        }
        if ("number".equals(wanted) && NUMBER.matcher(text).matches()) {
            return Double.valueOf(text);
        }
        boolean isBoolean = "boolean".equals(wanted) && ("true".equals(text) || "false".equals(text));
        return isBoolean ? Boolean.valueOf(text) : text;
    }
}
