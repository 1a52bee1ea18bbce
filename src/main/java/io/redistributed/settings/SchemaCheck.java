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
 * Checks JSON against a JSON Schema (draft 2020-12, with {@code $ref} only to its own parts), with errors for people. Schemas
 * need not be trusted: nothing is loaded from elsewhere, and what a check costs is bounded. Safe to use from any thread.
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

    /** Some milliseconds: a step takes 10 to 30 ns. */
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

    /** @throws RuntimeException that says why, if it is no schema, or one that is not to be trusted */
    public static SchemaCheck of(JsonObject schema) {
        return new SchemaCheck(parse(schema));
    }

    /**
     * Checks a schema against what draft 2020-12 says of schemas. Takes milliseconds.
     *
     * @throws IllegalArgumentException that says where it is none
     */
    public static void requireSchema(JsonObject schema) {
        JsonNode source = parse(schema);
        SchemaWeight.of(source);
        MetaSchema.SCHEMA.validate(source).stream().findFirst().ifPresent(violation -> {
            throw new IllegalArgumentException("the schema is wrong at " + violation.getMessage());
        });
    }

    /** From the class path; made when it is first needed. */
    private static final class MetaSchema {

        static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        SchemaLocation.of(SchemaId.V202012),
                        SchemaValidatorsConfig.builder()
                                .pathType(PathType.JSON_POINTER)
                                .locale(Locale.ENGLISH)
                                .build());
    }

    /** Whether {@link #check} takes a few milliseconds at most, so that it may be called on an event loop. */
    public boolean isQuick(JsonObject value) {
        return steps(value.getMap(), MAX_QUICK_STEPS / weight) > 0;
    }

    /** What is left of the steps after the value; 0 or less if they did not suffice. */
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

    /** What is wrong with {@code value}, by path; nothing if it is as the schema says. */
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

    /** The first sentence names what is allowed; further ones are for readers of the documentation. */
    private static String firstSentence(String description) {
        return description.split("\\.\\s", 2)[0];
    }

    private TreeSet<String> allowed(ValidationMessage message) {
        TreeSet<String> allowed = new TreeSet<>();
        rules(message).path("properties").fieldNames().forEachRemaining(allowed::add);
        return allowed;
    }

    /** The part of the schema that holds the broken rule. */
    private JsonNode rules(ValidationMessage message) {
        return source.at(message.getSchemaLocation().getFragment().getParent().toString());
    }

    private static JsonNode parse(JsonObject json) {
        return DatabindCodec.mapper().valueToTree(json);
    }
}
