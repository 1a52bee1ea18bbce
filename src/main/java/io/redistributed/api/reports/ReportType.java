package io.redistributed.api.reports;

import io.redistributed.queue.AnnouncedType;
import io.redistributed.settings.SchemaCheck;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A report type announced by a worker, with its compiled schema, or the reason why it is unusable. */
final class ReportType {

    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d{1,18})?([eE][+-]?\\d{1,2})?");

    private final AnnouncedType announced;
    private final JsonObject description;
    private final SchemaCheck check;
    private final String fault;
    private final Map<String, Object> types = new HashMap<>();

    private ReportType(AnnouncedType announced, JsonObject description, SchemaCheck check, String fault) {
        this.announced = announced;
        this.description = description;
        this.check = check;
        this.fault = fault;
    }

    /** Compiles the schema, which takes milliseconds. Never fails: errors become the type's {@link #fault}. */
    static ReportType of(AnnouncedType announced) {
        try {
            return compile(announced);
        } catch (RuntimeException | StackOverflowError e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            return new ReportType(
                    announced,
                    new JsonObject(),
                    null,
                    reason.lines().findFirst().orElse(reason));
        }
    }

    private static ReportType compile(AnnouncedType announced) {
        if (announced.bytes() > AnnouncedType.MAX_DESCRIPTION_BYTES) {
            throw new IllegalArgumentException("the description has " + announced.bytes() + " bytes (at most "
                    + AnnouncedType.MAX_DESCRIPTION_BYTES + ")");
        }
        JsonObject description = new JsonObject(announced.description());
        if (!(description.getValue("title", "") instanceof String)) {
            throw new IllegalArgumentException("title: must be a string");
        }
        if (!(description.getValue("parameters", new JsonObject()) instanceof JsonObject schema)) {
            throw new IllegalArgumentException("parameters: must be a JSON schema");
        }
        if (!(description.getValue("operators", false) instanceof Boolean)) {
            throw new IllegalArgumentException("operators: must be true or false");
        }
        SchemaCheck.requireSchema(schema);
        ReportType type = new ReportType(announced, description, SchemaCheck.of(schema), null);
        if (schema.getValue("properties") instanceof JsonObject properties) {
            properties.forEach(property -> {
                if (property.getValue() instanceof JsonObject rules) {
                    type.types.put(property.getKey(), rules.getValue("type"));
                }
            });
        }
        // Some schema errors only show when the schema is used.
        type.check(new JsonObject());
        return type;
    }

    boolean isUsable() {
        return fault == null;
    }

    /** Returns why the type is unusable, or null if it is usable. */
    String fault() {
        return fault;
    }

    AnnouncedType announced() {
        return announced;
    }

    JsonObject description() {
        return description;
    }

    /** Whether only callers who may operate can submit reports of the type: {@code "operators": true} in its description. */
    boolean isForOperators() {
        return Boolean.TRUE.equals(description.getValue("operators"));
    }

    boolean isDescribedBy(AnnouncedType other) {
        return announced.bytes() == other.bytes() && announced.description().equals(other.description());
    }

    /** Whether the parameters are cheap enough to check on an event loop. */
    boolean isQuick(JsonObject parameters) {
        return check.isQuick(parameters);
    }

    List<SchemaCheck.Violation> check(JsonObject parameters) {
        return check.check(parameters);
    }

    /** Converts a query parameter to the number or boolean that the schema requires, or returns it unchanged. */
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
