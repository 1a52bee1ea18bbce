package io.redistributed.api;

import io.redistributed.settings.GoText;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The query of a request to one of Jaeger's APIs. A parameter that is empty counts as absent; of one that is there more than
 * once the first counts. What cannot be read is refused by a {@link ProblemException} (400) in that API's words.
 */
final class JaegerParameters {

    /** More are not searched for, whatever is asked: as many as Jaeger's page asks for at most. */
    private static final int MAX_TRACES = 1_500;

    private static final int DEFAULT_TRACES = 100;
    private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{1,32}");

    private final MultiMap query;

    /** Of a message that is about a parameter: its name, and what is wrong with it. */
    private final String message;

    private JaegerParameters(MultiMap query, String message) {
        this.query = query;
        this.message = message;
    }

    static JaegerParameters ofV1(RoutingContext routing) {
        return new JaegerParameters(routing.queryParams(), "unable to parse param '%s': %s");
    }

    static JaegerParameters ofV3(RoutingContext routing) {
        return new JaegerParameters(routing.queryParams(), "malformed parameter %s: %s");
    }

    MultiMap query() {
        return query;
    }

    /** The first that there is of some names of one parameter, or null. */
    String text(String... names) {
        String name = present(names);
        return name == null ? null : query.get(name);
    }

    /** Null if there is none of these names. */
    <T> T read(Function<String, T> parser, String allowed, String... names) {
        String name = present(names);
        return name == null ? null : read(name, query.get(name), parser, allowed);
    }

    <T> T read(String name, String text, Function<String, T> parser, String allowed) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException | DecodeException e) {
            throw new ProblemException(400, message.formatted(name, "\"" + text + "\" is not " + allowed));
        }
    }

    /** How many traces to find at most. */
    int limit(String... names) {
        Integer limit = read(
                text -> {
                    int number = Integer.parseInt(text);
                    if (number < 1) {
                        throw new IllegalArgumentException();
                    }
                    return Math.min(number, MAX_TRACES);
                },
                "a whole number from 1",
                names);
        return limit == null ? DEFAULT_TRACES : limit;
    }

    /** 0 is as good as none, as in Jaeger. */
    Duration duration(String... names) {
        Duration duration = read(
                text -> {
                    Duration read = GoText.parseDuration(text);
                    if (read.isNegative()) {
                        throw new IllegalArgumentException();
                    }
                    return read;
                },
                "a duration such as 1.5s, 250ms or 1m30s",
                names);
        return Duration.ZERO.equals(duration) ? null : duration;
    }

    void checkBool(String... names) {
        read(GoText::parseBool, "true or false", names);
    }

    /** 32 lower-case hex digits, of hex in any case, whose zeros in front may be left out. */
    static String hexTraceId(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!TRACE_ID.matcher(lower).matches()) {
            throw new IllegalArgumentException();
        }
        return "0".repeat(32 - lower.length()) + lower;
    }

    /** The same, also of base64, standard or URL-safe, of 8 or 16 bytes. */
    static String traceId(String text) {
        if (TRACE_ID.matcher(text.toLowerCase(Locale.ROOT)).matches()) {
            return hexTraceId(text);
        }
        byte[] bytes = Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        if (bytes.length != 8 && bytes.length != 16) {
            throw new IllegalArgumentException();
        }
        return hexTraceId(HexFormat.of().formatHex(bytes));
    }

    /** RFC 3339. A space is taken for the plus that clients forget to encode. */
    static OffsetDateTime time(String text) {
        return OffsetDateTime.parse(text.replace(' ', '+'));
    }

    /** A JSON object whose values are texts. */
    static Map<String, String> texts(String json) {
        Map<String, String> texts = new HashMap<>();
        new JsonObject(json).forEach(entry -> {
            if (!(entry.getValue() instanceof String text)) {
                throw new IllegalArgumentException();
            }
            texts.put(entry.getKey(), text);
        });
        return texts;
    }

    private String present(String... names) {
        for (String name : names) {
            String text = query.get(name);
            if (text != null && !text.isEmpty()) {
                return name;
            }
        }
        return null;
    }
}
