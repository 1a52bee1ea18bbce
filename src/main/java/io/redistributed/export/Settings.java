package io.redistributed.export;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one JSON object of settings. Whatever is wrong is an {@link IllegalArgumentException} that says where it is,
 * what it is and what is allowed.
 */
final class Settings {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Duration LONGEST = Duration.ofHours(24);

    private final JsonObject json;
    private final String path;

    /** @param path of the object, as errors give it: empty, or ending with a dot */
    Settings(JsonObject json, String path) {
        this.json = json;
        this.path = path;
    }

    Settings allowing(List<String> allowed) {
        for (String key : json.fieldNames()) {
            if (!allowed.contains(key)) {
                throw new IllegalArgumentException(
                        path + key + ": unknown key; allowed are " + String.join(", ", new TreeSet<>(allowed)));
            }
        }
        return this;
    }

    int integer(String key, int fallback, int least, int most) {
        Object value = json.getValue(key, fallback);
        if (value instanceof Integer number && number >= least && number <= most) {
            return number;
        }
        throw bad(key, value, "a whole number from " + least + " to " + most);
    }

    Duration duration(String key, String fallback, Duration least) {
        Object value = json.getValue(key, fallback);
        if (value instanceof String text) {
            Matcher matcher = DURATION.matcher(text);
            if (matcher.matches()) {
                long number = Long.parseLong(matcher.group(1));
                Duration duration =
                        switch (matcher.group(2)) {
                            case "ms" -> Duration.ofMillis(number);
                            case "s" -> Duration.ofSeconds(number);
                            case "m" -> Duration.ofMinutes(number);
                            default -> Duration.ofHours(number);
                        };
                if (duration.compareTo(least) >= 0 && duration.compareTo(LONGEST) <= 0) {
                    return duration;
                }
            }
        }
        throw bad(
                key,
                value,
                "a duration from " + least.toMillis() + "ms to " + LONGEST.toHours()
                        + "h, a whole number with its unit: \"100ms\", \"5s\", \"2m\", \"1h\"");
    }

    String string(String key, String fallback) {
        Object value = json.getValue(key, fallback);
        if (value instanceof String text) {
            return text;
        }
        throw bad(key, value, "a string");
    }

    String oneOf(String key, String fallback, List<String> allowed) {
        Object value = json.getValue(key, fallback);
        if (value instanceof String text && allowed.contains(text)) {
            return text;
        }
        throw bad(key, value, "one of " + String.join(", ", allowed));
    }

    JsonObject object(String key) {
        Object value = json.getValue(key, new JsonObject());
        if (value instanceof JsonObject object) {
            return object;
        }
        throw bad(key, value, "an object");
    }

    IllegalArgumentException bad(String key, Object value, String allowed) {
        String shown = value instanceof String text ? '"' + text + '"' : String.valueOf(value);
        return new IllegalArgumentException(path + key + ": " + shown + " is not " + allowed);
    }
}
