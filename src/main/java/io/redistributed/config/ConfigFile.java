package io.redistributed.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.redistributed.settings.ParseErrors;
import io.redistributed.settings.SchemaCheck;
import io.redistributed.system.LocalFiles;
import io.redistributed.system.MachineFault;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the configuration: a YAML or JSON file (JSON is YAML), then single values from the environment, then from system
 * properties, all checked against {@code config-schema.json}, then the standard {@code OTEL_*} variables.
 */
public final class ConfigFile {

    private static final String DEFAULT = "all-in-one.yaml";
    private static final String VIEW = "view.yaml";

    private static final Path HERE = Path.of("");

    private static final int MAX_MEBIBYTES = 16;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ConfigFile() {}

    /**
     * @param file null for the built-in configuration: everything in one process
     * @throws ConfigException if the configuration is invalid; the message has the file, the position, the error and what is allowed
     */
    public static Config read(Path file, Map<String, String> environment, Map<String, String> properties)
            throws ConfigException {
        OtelVariables variables = new OtelVariables(environment, properties);
        try {
            return file == null
                    ? read("the built-in configuration", HERE, resource(DEFAULT), environment, properties, variables)
                    : read(file.toString(), folder(file), text(file), environment, properties, variables);
        } catch (MachineFault e) {
            throw new ConfigException(e.getMessage(), e);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": not UTF-8");
        }
    }

    /**
     * Reads the built-in configuration of the trace viewer, which traces nothing itself: the {@code OTEL_*} variables of its
     * environment are for other programs.
     *
     * @throws ConfigException if the environment or a property is invalid
     */
    public static Config readViewer(Map<String, String> environment, Map<String, String> properties)
            throws ConfigException {
        OtelVariables none = new OtelVariables(Map.of(), Map.of());
        return read("the configuration of the viewer", HERE, resource(VIEW), environment, properties, none);
    }

    private static Path folder(Path file) {
        return Objects.requireNonNullElse(file.getParent(), HERE);
    }

    /** @param folder where scripts are looked for */
    private static Config read(
            String name,
            Path folder,
            String text,
            Map<String, String> environment,
            Map<String, String> properties,
            OtelVariables variables)
            throws ConfigException {
        try {
            JsonObject json = parse(text);
            JsonObject schema = new JsonObject(resource("config-schema.json"));
            Overrides overrides = new Overrides(schema, json);
            overrides.apply(environment, properties);
            List<String> wrong = SchemaCheck.of(schema).check(json).stream()
                    .map(violation -> overrides.source(violation.path()) + violation)
                    .toList();
            if (!wrong.isEmpty()) {
                throw new ConfigException(String.join("; ", wrong));
            }
            new OtelSettings(variables).apply(json);
            return Config.of(name, folder, json, variables.values());
        } catch (ConfigException e) {
            throw new ConfigException(name + ": " + e.getMessage());
        }
    }

    private static JsonObject parse(String text) throws ConfigException {
        try {
            JsonNode tree = YAML.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
            if (!tree.isObject()) {
                throw new ConfigException(
                        "must be an object with the keys auth, logging, queue, redis, tracing, verticles");
            }
            return new JsonObject(tree.toString());
        } catch (JsonProcessingException e) {
            throw new ConfigException(ParseErrors.text(e));
        }
    }

    private static String text(Path file) throws MachineFault, CharacterCodingException {
        ByteBuffer bytes = ByteBuffer.wrap(LocalFiles.read(file, MAX_MEBIBYTES));
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }

    private static String resource(String name) {
        try (InputStream in = ConfigFile.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
