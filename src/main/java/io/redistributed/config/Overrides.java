package io.redistributed.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.redistributed.settings.ParseErrors;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads single values from outside the file: the system property {@code redistributed.queue.lease} or the environment variable
 * {@code REDISTRIBUTED_QUEUE_LEASE}, and {@code redistributed.verticles.4.config.port} for the verticle of index 4. Values
 * are YAML: {@code 5}, {@code 10s}, {@code [jaeger, store]}.
 */
final class Overrides {

    private static final String ENVIRONMENT = "REDISTRIBUTED_";
    private static final String PROPERTY = "redistributed.";

    private final JsonObject schema;
    private final JsonObject config;

    /** Path in the configuration → name of the variable that set it. */
    private final Map<String, String> sources = new HashMap<>();

    /** @param config configuration to change */
    Overrides(JsonObject schema, JsonObject config) {
        this.schema = schema;
        this.config = config;
    }

    /** Applies the environment, then the properties, which take precedence. */
    void apply(Map<String, String> environment, Map<String, String> properties) throws ConfigException {
        for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
            if (entry.getKey().startsWith(ENVIRONMENT)) {
                String path = entry.getKey().substring(ENVIRONMENT.length());
                set(entry.getKey(), List.of(path.split("_")), entry.getValue());
            }
        }
        for (Map.Entry<String, String> entry : new TreeMap<>(properties).entrySet()) {
            if (entry.getKey().startsWith(PROPERTY)) {
                String path = entry.getKey().substring(PROPERTY.length());
                set(entry.getKey(), Arrays.asList(path.split("\\.")), entry.getValue());
            }
        }
    }

    /** Returns the variable that set the path or a parent of it, such as {@code REDISTRIBUTED_QUEUE_LEASE: }; else empty. */
    String source(String path) {
        return sources.entrySet().stream()
                .filter(entry -> (path + '.').startsWith(entry.getKey() + '.') || path.startsWith(entry.getKey() + '['))
                .findFirst()
                .map(entry -> entry.getValue() + ": ")
                .orElse("");
    }

    private void set(String source, List<String> path, String text) throws ConfigException {
        Object at = config;
        JsonObject rules = schema;
        StringBuilder place = new StringBuilder();
        for (int i = 0; i < path.size(); i++) {
            String step = path.get(i);
            boolean last = i == path.size() - 1;
            if (at instanceof JsonArray array) {
                int index = index(source, step, array);
                rules = rules.getJsonObject("items", new JsonObject());
                place.append('[').append(index).append(']');
                if (last) {
                    array.set(index, value(source, text));
                } else {
                    at = array.getValue(index);
                }
            } else if (at instanceof JsonObject object) {
                JsonObject properties = rules.getJsonObject("properties", new JsonObject());
                String key = key(source, step, properties.fieldNames(), object.fieldNames());
                rules = properties.getJsonObject(key, new JsonObject());
                place.append(i == 0 ? "" : ".").append(key);
                if (last) {
                    object.put(key, value(source, text));
                } else {
                    object.getMap().computeIfAbsent(key, missing -> new JsonObject().getMap());
                    at = object.getValue(key);
                }
            } else {
                throw new ConfigException(source + ": " + place + " has no keys");
            }
        }
        sources.put(place.toString(), source);
    }

    private static int index(String source, String step, JsonArray array) throws ConfigException {
        if (!step.matches("\\d{1,4}") || Integer.parseInt(step) >= array.size()) {
            throw new ConfigException(source + ": '" + step + "' is not one of the indices 0 to " + (array.size() - 1));
        }
        return Integer.parseInt(step);
    }

    /** Ignores case, because environment variables are upper case. */
    private static String key(String source, String step, Set<String> allowed, Set<String> present)
            throws ConfigException {
        Set<String> candidates = new TreeSet<>(allowed);
        candidates.addAll(present);
        for (String candidate : candidates) {
            if (candidate.equalsIgnoreCase(step)) {
                return candidate;
            }
        }
        if (allowed.isEmpty()) {
            // Allows any key in a verticle's own config, which the verticle checks.
            return step.equals(step.toUpperCase(Locale.ROOT)) ? step.toLowerCase(Locale.ROOT) : step;
        }
        throw new ConfigException(
                source + ": unknown key '" + step + "'; allowed are " + String.join(", ", candidates));
    }

    private static Object value(String source, String text) throws ConfigException {
        try {
            JsonNode node = new YAMLMapper().readTree(text);
            return new JsonArray("[" + (node.isMissingNode() ? "\"\"" : node) + "]").getValue(0);
        } catch (JsonProcessingException e) {
            // The message does not repeat the text, which may hold credentials.
            throw new ConfigException(source + ": not a YAML value: " + ParseErrors.text(e));
        }
    }
}
