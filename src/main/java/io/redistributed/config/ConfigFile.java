package io.redistributed.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.redistributed.settings.SchemaCheck;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads the configuration: a YAML or JSON file (JSON is YAML), then single values from the environment, then from system
 * properties, all checked against {@code config-schema.json}.
 */
public final class ConfigFile {

    private static final String DEFAULT = "all-in-one.yaml";

    private ConfigFile() {}

    /**
     * @param file null for the built-in configuration: everything in one process
     * @throws ConfigException naming the file, the place in it, what is wrong and what is allowed
     */
    public static Config read(Path file, Map<String, String> environment, Map<String, String> properties)
            throws ConfigException {
        String name = file == null ? "the built-in configuration" : file.toString();
        JsonObject json = parse(name, file == null ? resource(DEFAULT) : text(file));
        JsonObject schema = new JsonObject(resource("config-schema.json"));
        new Overrides(schema).apply(json, environment, properties);
        List<SchemaCheck.Violation> violations = SchemaCheck.of(schema).check(json);
        if (!violations.isEmpty()) {
            throw new ConfigException(name + ": "
                    + String.join(
                            "; ",
                            violations.stream()
                                    .map(SchemaCheck.Violation::toString)
                                    .toList()));
        }
        return new Config(name, json);
    }

    private static JsonObject parse(String name, String text) throws ConfigException {
        try {
            YAMLMapper mapper = YAMLMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .build();
            JsonNode tree = mapper.readTree(text);
            if (!tree.isObject()) {
                throw new ConfigException(name + ": must be an object with the keys redis, tracing, queue, verticles");
            }
            return new JsonObject(tree.toString());
        } catch (JsonProcessingException e) {
            JsonLocation location = e.getLocation();
            String place =
                    location == null ? "" : ", line " + location.getLineNr() + ", column " + location.getColumnNr();
            throw new ConfigException(
                    name + place + ": " + e.getOriginalMessage().replaceAll("\\s+", " "));
        }
    }

    private static String text(Path file) throws ConfigException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": there is no such file");
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = ConfigFile.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
