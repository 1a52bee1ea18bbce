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
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

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
        SchemaValidatorsConfig config =
                SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();
        this.schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(source, config);
    }

    public static SchemaCheck of(JsonObject schema) {
        return new SchemaCheck(parse(schema));
    }

    /** What is wrong with {@code value}, nothing if it is as the schema says. */
    public List<Violation> check(JsonObject value) {
        return schema.validate(parse(value)).stream().map(this::violation).toList();
    }

    private Violation violation(ValidationMessage message) {
        String pointer = message.getInstanceLocation().toString();
        String path = pointer.replaceAll("/(\\d+)(?=/|$)", "[$1]")
                .replaceFirst("^/", "")
                .replace('/', '.');
        String text = message.getMessage().substring(pointer.length() + ": ".length());
        if ("additionalProperties".equals(message.getType())) {
            text = "unknown key '" + message.getProperty() + "'; allowed: " + siblings(message);
        }
        return new Violation(path, text);
    }

    private String siblings(ValidationMessage message) {
        JsonNode properties = source.at(
                message.getEvaluationPath().getParent().append("properties").toString());
        return StreamSupport.stream(((Iterable<String>) properties::fieldNames).spliterator(), false)
                .collect(Collectors.joining(", "));
    }

    private static JsonNode parse(JsonObject json) {
        try {
            return JSON.readTree(json.encode());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Vert.x wrote JSON that Jackson cannot read", e);
        }
    }
}
