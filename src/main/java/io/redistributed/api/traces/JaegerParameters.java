package io.redistributed.api.traces;

import io.redistributed.api.http.ProblemException;
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
 * The query of a request to one of Jaeger's APIs. An empty parameter counts as absent; the first of repeated parameters
 * counts. Invalid values throw a {@link ProblemException} (400) with the messages of that API.
 */
final class JaegerParameters {

    /** Larger limits are reduced to this, the largest that Jaeger's page requests. */
    private static final int MAX_TRACES = 1_500;

    private static final int DEFAULT_TRACES = 100;
    private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{1,32}");

    private final MultiMap query;

    /** Format of a message about a parameter: its name and what is wrong. */
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

    /** Returns the value of the first name that is present, or null. Names are aliases of one parameter. */
    String text(String... names) {
        String name = present(names);
        return name == null ? null : query.get(name);
    }

    /** Returns the parsed value of the first name that is present, or null. */
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

    /** Returns the limit of traces to find. */
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

    /** Returns null for 0, as Jaeger does. */
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

    /** Returns 32 lower-case hex digits from hex in either case; leading zeros are optional. */
    static String hexTraceId(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!TRACE_ID.matcher(lower).matches()) {
            throw new IllegalArgumentException();
        }
        return "0".repeat(32 - lower.length()) + lower;
    }

    /** Returns the same from hex, or from standard or URL-safe base64 of 8 or 16 bytes. */
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

    /** Parses RFC 3339. A space counts as a plus sign that the client did not encode. */
    static OffsetDateTime time(String text) {
        return OffsetDateTime.parse(text.replace(' ', '+'));
    }

    /** Parses a JSON object whose values are strings. */
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
