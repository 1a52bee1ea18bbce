package io.redistributed.settings;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Typed access to a part of the configuration, with errors that name the place. The config file as a whole has been
 * checked against its schema; this is for verticles that are deployed with a configuration of their own.
 */
public final class Settings {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    private Settings() {}

    /**
     * A duration: digits and a unit, {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}, for example
     * {@code 250ms} or {@code 24h}.
     *
     * @param key where the text stands, for the error
     * @throws IllegalArgumentException naming key, text and what is allowed
     */
    public static Duration duration(String key, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(key + ": '" + text
                    + "' is not a duration; write a number and ms, s, m, h or d, such as 250ms or 10s");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** The duration under {@code key}, or {@code otherwise} where there is none. */
    public static Duration duration(JsonObject json, String key, Duration otherwise) {
        return json.containsKey(key) ? duration(key, String.valueOf(json.getValue(key))) : otherwise;
    }

    /**
     * The whole number under {@code key}, or {@code otherwise} where there is none.
     *
     * @throws IllegalArgumentException if it is not a whole number in {@code min..max}
     */
    public static int number(JsonObject json, String key, int otherwise, int min, int max) {
        Object value = json.getValue(key);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof Integer number) || number < min || number > max) {
            throw new IllegalArgumentException(
                    key + ": " + value + " is not a whole number from " + min + " to " + max);
        }
        return number;
    }

    /**
     * The constant of an enum, written in lower case.
     *
     * @param key where the text stands, for the error
     * @throws IllegalArgumentException naming key, text and the constants
     */
    public static <E extends Enum<E>> E choice(String key, Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        String allowed = Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
        throw new IllegalArgumentException(key + ": '" + text + "' is none of " + allowed);
    }
}
