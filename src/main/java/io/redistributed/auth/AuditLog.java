package io.redistributed.auth;

import io.vertx.core.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs who did what, to a logger of its own, {@value #LOGGER}: one line of {@code name=value} for each action, which in the
 * log format {@code json} also has the values as members. Contains no credentials.
 */
public final class AuditLog {

    public static final String LOGGER = "io.redistributed.audit";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);
    private static final Pattern PLAIN = Pattern.compile("[\\w.:@/{}+-]+");

    private AuditLog() {}

    /**
     * Logs an action.
     *
     * @param action {@code submit}, {@code cancel}, {@code retry}, {@code login} or {@code logout}
     * @param reportId empty if it is not on a report
     * @param traceId of the request; may be empty
     */
    public static void done(String action, Caller caller, String address, String reportId, String traceId) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("caller", caller.name());
        values.put("address", address);
        values.put("report", reportId);
        values.put("trace", traceId);
        write(log.atInfo(), action, values);
    }

    /**
     * Logs a refused request.
     *
     * @param request method and path
     * @param reason without credentials
     */
    public static void denied(Caller caller, String address, String request, String reason, String traceId) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("caller", caller.name());
        values.put("address", address);
        values.put("request", request);
        values.put("reason", reason);
        values.put("trace", traceId);
        write(log.atWarn(), "denied", values);
    }

    private static void write(LoggingEventBuilder event, String action, Map<String, String> values) {
        values.values().removeIf(String::isEmpty);
        values.forEach(event::addKeyValue);
        event.addKeyValue("action", action)
                .log(values.entrySet().stream()
                        .map(value -> value.getKey() + '=' + quoted(value.getValue()))
                        .collect(Collectors.joining(" ", action + ' ', "")));
    }

    /** Quotes what could be taken for several values. */
    private static String quoted(String value) {
        return PLAIN.matcher(value).matches() ? value : Json.encode(value);
    }
}
