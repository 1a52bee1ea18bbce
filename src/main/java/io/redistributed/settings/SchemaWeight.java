package io.redistributed.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * Bounds the cost of checking a value against a schema: each part of the schema is compared with each part of the value, once per reference. Schemas come from other processes, so external references, recursion and oversized schemas are rejected.
 */
final class SchemaWeight {

    /** The limit of parts of a schema, counting the target of a reference at each reference, and the steps of patterns. */
    static final int MAX_WEIGHT = 2_000;

    private static final int MAX_DEPTH = 64;

    private static final Set<String> DIALECTS = Set.of(
            "https://json-schema.org/draft/2020-12/schema",
            "https://json-schema.org/draft/2019-09/schema",
            "http://json-schema.org/draft-07/schema");

    /** @param height height of the part, including references */
    private record Part(int weight, int height) {}

    private static final Part OPEN = new Part(0, 0);

    private final JsonNode root;
    private final Map<JsonNode, Part> parts = new IdentityHashMap<>();

    private SchemaWeight(JsonNode root) {
        this.root = root;
    }

    /** @throws IllegalArgumentException if the schema is rejected; the message has the reason */
    static int of(JsonNode schema) {
        return new SchemaWeight(schema).part(schema, 0).weight;
    }

    private Part part(JsonNode node, int depth) {
        Part known = parts.get(node);
        if (known == OPEN) {
            throw new IllegalArgumentException("the schema refers to itself: recursion is not supported");
        }
        if (depth + (known == null ? 0 : known.height) > MAX_DEPTH) {
            throw new IllegalArgumentException("the schema is nested more than " + MAX_DEPTH + " levels");
        }
        if (known == null) {
            parts.put(node, OPEN);
            known = measure(node, depth);
            parts.put(node, known);
        }
        return known;
    }

    private Part measure(JsonNode node, int depth) {
        int weight = 1;
        int height = 0;
        for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
            Part child = part(children.next(), depth + 1);
            weight += child.weight;
            height = Math.max(height, child.height);
        }
        weight += patterns(node);
        if (node.path("$ref").isTextual()) {
            Part target = part(target(node.path("$ref").textValue()), depth + 1);
            weight += target.weight;
            height = Math.max(height, target.height);
        }
        refuse(node);
        if (weight > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "the schema has more than " + MAX_WEIGHT + " parts, with references expanded");
        }
        return new Part(weight, height + 1);
    }

    private static int patterns(JsonNode node) {
        int size = node.path("pattern").isTextual()
                ? LinearPattern.of(node.path("pattern").textValue()).size()
                : 0;
        if (node.path("patternProperties").isObject()) {
            for (Iterator<String> names = node.path("patternProperties").fieldNames(); names.hasNext(); ) {
                size += LinearPattern.of(names.next()).size();
            }
        }
        return size;
    }

    private JsonNode target(String reference) {
        if (!reference.equals("#") && !reference.startsWith("#/")) {
            throw new IllegalArgumentException(
                    "\"$ref\": \"" + reference + "\" points outside of the schema (use #/… within it)");
        }
        JsonNode target = root.at(Urls.percentDecoded(reference.substring(1)));
        if (target.isMissingNode()) {
            throw new IllegalArgumentException("\"$ref\": \"" + reference + "\" not found in the schema");
        }
        return target;
    }

    private void refuse(JsonNode node) {
        for (String keyword : new String[] {"$dynamicRef", "$recursiveRef"}) {
            if (node.path(keyword).isTextual()) {
                throw new IllegalArgumentException("\"" + keyword + "\" is not supported (use $ref)");
            }
        }
        if (node != root && node.path("$id").isTextual()) {
            throw new IllegalArgumentException("\"$id\" within the schema is not supported");
        }
        String dialect = node.path("$schema").asText("");
        if (!dialect.isEmpty() && !DIALECTS.contains(dialect.replaceFirst("#$", ""))) {
            throw new IllegalArgumentException("\"$schema\": \"" + dialect + "\" is not supported (use draft 2020-12)");
        }
    }
}
