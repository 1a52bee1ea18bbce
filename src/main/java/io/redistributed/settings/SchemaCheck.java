package io.redistributed.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Checks JSON against a JSON Schema (draft 2020-12, without {@code $ref}), with errors for people. Safe to use from any
 * thread.
 */
public final class SchemaCheck {

    /**
     * One thing wrong.
     *
     * @param path where, with dots and brackets: {@code verticles[1].name}; empty for the whole
     * @param message what, and what is allowed
     */
    public record Violation(String path, String message) {

        @Override
        public String toString() {
            return path.isEmpty() ? message : path + ": " + message;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode source;
    private final JsonSchema schema;

    private SchemaCheck(JsonNode source) {
        this.source = source;
        SchemaValidatorsConfig config = SchemaValidatorsConfig.builder()
                .pathType(PathType.JSON_POINTER)
                .locale(Locale.ENGLISH)
                .build();
        this.schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(source, config);
    }

    /** @throws RuntimeException if it is no schema; some mistakes are noticed by the first {@link #check} only */
    public static SchemaCheck of(JsonObject schema) {
        return new SchemaCheck(parse(schema));
    }

    /** What is wrong with {@code value}, by path; nothing if it is as the schema says. */
    public List<Violation> check(JsonObject value) {
        return schema.validate(parse(value)).stream()
                .map(this::violation)
                .sorted(Comparator.comparing(Violation::path))
                .toList();
    }

    private Violation violation(ValidationMessage message) {
        String pointer = message.getInstanceLocation().toString();
        String path = pointer.replaceAll("/(\\d+)(?=/|$)", "[$1]")
                .replaceFirst("^/", "")
                .replace('/', '.')
                .replace("~1", "/")
                .replace("~0", "~");
        if ("additionalProperties".equals(message.getType())) {
            return new Violation(
                    (path.isEmpty() ? "" : path + '.') + message.getProperty(),
                    "unknown key; allowed are " + String.join(", ", allowed(message)));
        }
        String text = message.getMessage().substring(pointer.length() + ": ".length());
        String description = rules(message).path("description").asText();
        return new Violation(path, description.isEmpty() ? text : text + " (" + description + ")");
    }

    private TreeSet<String> allowed(ValidationMessage message) {
        TreeSet<String> allowed = new TreeSet<>();
        rules(message).path("properties").fieldNames().forEachRemaining(allowed::add);
        return allowed;
    }

    /** The part of the schema that holds the broken rule. */
    private JsonNode rules(ValidationMessage message) {
        return source.at(message.getEvaluationPath().getParent().toString());
    }

    private static JsonNode parse(JsonObject json) {
        try {
            return JSON.readTree(json.encode());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Vert.x wrote JSON that Jackson cannot read", e);
        }
    }
}
