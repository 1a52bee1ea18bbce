package io.redistributed.settings;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one JSON object of settings. Errors are an {@link IllegalArgumentException} with the position, the value and what is allowed.
 */
public final class Settings {

    /**
     * The key of the node's settings in a verticle's config: {@code {redis, queue, auth, tracing, service, folder, dev}}, added by the main program to the verticle's own keys.
     */
    public static final String NODE = "redistributed";

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private static final Pattern BYTES = Pattern.compile("(\\d{1,6})(KiB|MiB|GiB|TiB)");

    private final JsonObject json;
    private final String path;

    /** @param path path of the object in errors: empty, or ending with a dot */
    public Settings(JsonObject json, String path) {
        this.json = json;
        this.path = path;
    }

    /** Returns the part {@code key} of the node's settings in a verticle's config; empty if absent. */
    public static Settings ofNode(JsonObject config, String key) {
        JsonObject node = config.getJsonObject(NODE, new JsonObject());
        return new Settings(node.getJsonObject(key, new JsonObject()), key + '.');
    }

    /** Returns the verticle's own keys. */
    public static Settings ofVerticle(JsonObject config) {
        JsonObject own = config.copy();
        own.remove(NODE);
        return new Settings(own, "");
    }

    /** Parses a duration such as {@code 250ms}, {@code 10s}, {@code 2m}, {@code 1h} or {@code 7d}; empty if the text is not one. */
    public static Optional<Duration> parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long amount = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                });
    }

    /** Returns the path of the object in errors, empty or ending with a dot. */
    public String path() {
        return path;
    }

    /** Rejects every other key. */
    public Settings allowing(String... allowed) {
        for (String key : json.fieldNames()) {
            if (!Arrays.asList(allowed).contains(key)) {
                throw new IllegalArgumentException(path + key + ": unknown key; allowed are "
                        + String.join(", ", new TreeSet<>(Arrays.asList(allowed))));
            }
        }
        return this;
    }

    public int integer(String key, int fallback, int least, int most) {
        Object value = json.getValue(key, fallback);
        if (value instanceof Integer number && number >= least && number <= most) {
            return number;
        }
        throw bad(key, value, "a whole number from " + least + " to " + most);
    }

    /** Returns a duration in the format of {@link #parseDuration}, within bounds. */
    public Duration duration(String key, Duration fallback, Duration least, Duration most) {
        Object value = json.getValue(key);
        if (value == null) {
            return fallback;
        }
        return (value instanceof String text ? parseDuration(text) : Optional.<Duration>empty())
                .filter(duration -> duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0)
                .orElseThrow(() -> bad(
                        key,
                        value,
                        "a duration from " + least.toMillis() + "ms to " + most.toHours()
                                + "h (use 100ms, 5s, 2m, 1h)"));
    }

    /** Returns a size such as {@code 64KiB}, {@code 512MiB}, {@code 2GiB} or {@code 1TiB}, within bounds. */
    public long bytes(String key, long fallback, long least, long most) {
        Object value = json.getValue(key);
        if (value == null) {
            return fallback;
        }
        return (value instanceof String text ? parseBytes(text) : OptionalLong.empty())
                .stream()
                        .filter(bytes -> bytes >= least && bytes <= most)
                        .findFirst()
                        .orElseThrow(() -> bad(
                                key,
                                value,
                                "a size from " + (least >> 10) + "KiB to " + (most >> 40) + "TiB (use 512MiB, 2GiB)"));
    }

    private static OptionalLong parseBytes(String text) {
        Matcher matcher = BYTES.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        int power = List.of("KiB", "MiB", "GiB", "TiB").indexOf(matcher.group(2)) + 1;
        return OptionalLong.of(Long.parseLong(matcher.group(1)) << 10 * power);
    }

    public String string(String key, String fallback) {
        Object value = json.getValue(key, fallback);
        if (value instanceof String text) {
            return text;
        }
        throw bad(key, value, "a string");
    }

    public boolean flag(String key, boolean fallback) {
        Object value = json.getValue(key, fallback);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw bad(key, value, "true or false");
    }

    public String oneOf(String key, String fallback, List<String> allowed) {
        Object value = json.getValue(key, fallback);
        if (value instanceof String text && allowed.contains(text)) {
            return text;
        }
        throw bad(key, value, "one of " + String.join(", ", allowed));
    }

    /** Returns the constant of an enum, written in lower case. */
    public <E extends Enum<E>> E constant(String key, E fallback) {
        E[] constants = fallback.getDeclaringClass().getEnumConstants();
        List<String> names = Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        String name = oneOf(key, fallback.name().toLowerCase(Locale.ROOT), names);
        return constants[names.indexOf(name)];
    }

    public JsonObject object(String key) {
        Object value = json.getValue(key, new JsonObject());
        if (value instanceof JsonObject object) {
            return object;
        }
        throw bad(key, value, "an object");
    }

    public JsonArray array(String key, JsonArray fallback) {
        Object value = json.getValue(key, fallback);
        if (value instanceof JsonArray array) {
            return array;
        }
        throw bad(key, value, "an array");
    }

    /** Returns an error without the value, which may hold credentials. */
    public IllegalArgumentException badSecret(String key, String allowed) {
        return new IllegalArgumentException(path + key + ": must be " + allowed);
    }

    public IllegalArgumentException bad(String key, Object value, String allowed) {
        String shown = value instanceof String text ? '"' + text + '"' : String.valueOf(value);
        return new IllegalArgumentException(path + key + ": " + shown + " is not " + allowed);
    }
}
