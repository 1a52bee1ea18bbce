package io.redistributed.config;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.redistributed.settings.Urls;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the standard {@code OTEL_*} variables and the {@code otel.*} system properties, which take precedence. Empty values count as unset. Names are property names: {@code otel.bsp.schedule.delay}. Errors name the variable or property that was set.
 */
final class OtelVariables {

    private static final String PREFIX = "otel.";

    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, String> sources = new HashMap<>();
    private final ConfigProperties parsed;

    OtelVariables(Map<String, String> environment, Map<String, String> properties) {
        new TreeMap<>(environment).forEach((name, value) -> take(name, property(name), value));
        new TreeMap<>(properties).forEach((name, value) -> take(name, name, value));
        parsed = DefaultConfigProperties.createFromMap(values);
    }

    /** Returns all variables that are set, by property name. */
    Map<String, String> values() {
        return Map.copyOf(values);
    }

    /** Returns the first of the names that is set, or null. */
    String first(String... names) {
        for (String name : names) {
            if (values.containsKey(name)) {
                return name;
            }
        }
        return null;
    }

    String text(String name) {
        return values.get(name);
    }

    List<String> list(String name) {
        return parsed.getList(name);
    }

    String oneOf(String name, List<String> allowed) throws ConfigException {
        String value = text(name);
        if (!allowed.contains(value)) {
            throw bad(name, "one of " + String.join(", ", allowed));
        }
        return value;
    }

    int integer(String name, int least, int most) throws ConfigException {
        Integer value = parse(name, parsed::getInt);
        if (value < least || value > most) {
            throw bad(name, "a whole number from " + least + " to " + most);
        }
        return value;
    }

    /** Parses a time, in milliseconds by default, and returns the format of the configuration file: {@code 500ms}. */
    String duration(String name) throws ConfigException {
        Duration value = parse(name, parsed::getDuration);
        if (value.toMillis() < 1 || value.compareTo(Duration.ofHours(24)) > 0) {
            throw bad(name, "a time from 1 to 86400000 ms");
        }
        return value.toMillis() + "ms";
    }

    /** Parses {@code key=value,key=value} with percent-encoded values, in which a plus is no space. */
    Map<String, Object> headers(String name) throws ConfigException {
        Map<String, Object> headers = new LinkedHashMap<>();
        try {
            parsed.getMap(name).forEach((key, value) -> headers.put(key, Urls.percentDecoded(value)));
        } catch (ConfigurationException | IllegalArgumentException e) {
            // The message does not repeat the value, which may be a secret.
            throw new ConfigException(sources.get(name) + ": must be key=value,key=value, percent-encoded");
        }
        return headers;
    }

    URI url(String name) throws ConfigException {
        // The message does not repeat the value, which may hold credentials.
        return Urls.parseHttp(text(name))
                .orElseThrow(() -> new ConfigException(sources.get(name) + ": must be " + Urls.HTTP));
    }

    String file(String name) throws ConfigException {
        if (!Files.isReadable(Path.of(text(name)))) {
            throw bad(name, "a readable file");
        }
        return text(name);
    }

    ConfigException bad(String name, String allowed) {
        return new ConfigException(sources.get(name) + ": '" + text(name) + "' is not " + allowed);
    }

    private <T> T parse(String name, Function<String, T> parser) throws ConfigException {
        try {
            return parser.apply(name);
        } catch (ConfigurationException e) {
            throw new ConfigException(sources.get(name) + ": " + e.getMessage());
        }
    }

    private void take(String source, String name, String value) {
        if (name.startsWith(PREFIX) && !value.isBlank()) {
            values.put(name, value.strip());
            sources.put(name, source);
        }
    }

    private static String property(String variable) {
        return variable.toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
