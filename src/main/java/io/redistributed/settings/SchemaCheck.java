package io.redistributed.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.DisallowSchemaLoader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.DatabindCodec;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks JSON against a JSON Schema (draft 2020-12, with {@code $ref} within the schema only), with errors for users. Schemas may be untrusted: nothing external is loaded, and the cost of a check is bounded. Thread-safe.
 */
public final class SchemaCheck {

    /**
     * A violation of the schema.
     *
     * @param path position of the value, such as {@code verticles[1].name}; empty for the root
     * @param message the error, and what is allowed
     */
    public record Violation(String path, String message) {

        @Override
        public String toString() {
            return path.isEmpty() ? message : path + ": " + message;
        }
    }

    /** The step limit of a fast check: some milliseconds. */
    private static final int MAX_QUICK_STEPS = 200_000;

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            factory -> factory.schemaLoaders(
                    loaders -> loaders.values(all -> all.add(0, DisallowSchemaLoader.getInstance()))));

    private final JsonNode source;
    private final JsonSchema schema;
    private final int weight;

    private SchemaCheck(JsonNode source) {
        this.source = source;
        this.weight = SchemaWeight.of(source);
        SchemaValidatorsConfig config = SchemaValidatorsConfig.builder()
                .pathType(PathType.JSON_POINTER)
                .locale(Locale.ENGLISH)
                .regularExpressionFactory(LinearPattern::of)
                .build();
        this.schema = FACTORY.getSchema(source, config);
        schema.initializeValidators();
    }

    /** @throws RuntimeException if the schema is invalid or exceeds the limits; the message has the reason */
    public static SchemaCheck of(JsonObject schema) {
        return new SchemaCheck(parse(schema));
    }

    /**
     * Checks a schema against the metaschema of draft 2020-12. Takes milliseconds.
     *
     * @throws IllegalArgumentException if the schema is invalid; the message has the position
     */
    public static void requireSchema(JsonObject schema) {
        JsonNode source = parse(schema);
        SchemaWeight.of(source);
        MetaSchema.SCHEMA.validate(source).stream().findFirst().ifPresent(violation -> {
            throw new IllegalArgumentException("the schema is invalid at " + violation.getMessage());
        });
    }

    /** Loaded from the class path on first use. */
    private static final class MetaSchema {

        static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        SchemaLocation.of(SchemaId.V202012),
                        SchemaValidatorsConfig.builder()
                                .pathType(PathType.JSON_POINTER)
                                .locale(Locale.ENGLISH)
                                .build());
    }

    /** Returns whether {@link #check} takes a few milliseconds at most, so that it may run on an event loop. */
    public boolean isQuick(JsonObject value) {
        return steps(value.getMap(), MAX_QUICK_STEPS / weight) > 0;
    }

    /** Returns the steps left after checking the value; 0 or less if the budget is exceeded. */
    private static int steps(Object value, int left) {
        int rest = left - 1;
        if (value instanceof JsonObject object) {
            return steps(object.getMap(), rest);
        } else if (value instanceof JsonArray array) {
            return steps(array.getList(), rest);
        } else if (value instanceof CharSequence text) {
            return rest - text.length();
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                rest = rest <= 0
                        ? rest
                        : steps(
                                entry.getValue(),
                                rest - entry.getKey().toString().length());
            }
        } else if (value instanceof Iterable<?> list) {
            for (Object element : list) {
                rest = rest <= 0 ? rest : steps(element, rest);
            }
        }
        return rest;
    }

    /** Returns the violations of {@code value} by path; empty if it is valid. */
    public List<Violation> check(JsonObject value) {
        Set<ValidationMessage> messages = schema.validate(parse(value));
        return messages.isEmpty()
                ? List.of()
                : messages.stream()
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
        String description = firstSentence(rules(message).path("description").asText());
        return new Violation(path, description.isEmpty() ? text : text + " (" + description + ")");
    }

    /** Returns the first sentence of the description, which names what is allowed. */
    private static String firstSentence(String description) {
        return description.split("\\.\\s", 2)[0];
    }

    private TreeSet<String> allowed(ValidationMessage message) {
        TreeSet<String> allowed = new TreeSet<>();
        rules(message).path("properties").fieldNames().forEachRemaining(allowed::add);
        return allowed;
    }

    /** Returns the part of the schema with the violated rule. */
    private JsonNode rules(ValidationMessage message) {
        return source.at(message.getSchemaLocation().getFragment().getParent().toString());
    }

    private static JsonNode parse(JsonObject json) {
        return DatabindCodec.mapper().valueToTree(json);
    }
}
