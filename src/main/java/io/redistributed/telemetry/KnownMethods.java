package io.redistributed.telemetry;

import java.util.List;
import java.util.Set;

/**
 * The HTTP methods that spans and metrics distinguish; clients can send arbitrary others. The default is RFC 9110, PATCH and QUERY; the standard variable {@code OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS} replaces it, separated by commas.
 *
 * @param names case-sensitive method names
 */
record KnownMethods(Set<String> names) {

    /** Replaces every other method. */
    static final String OTHER = "_OTHER";

    private static final String DEFAULT = "CONNECT,DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT,QUERY,TRACE";

    static KnownMethods fromEnvironment() {
        return of(System.getenv("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS"));
    }

    /** @param list null or blank for the default */
    static KnownMethods of(String list) {
        return new KnownMethods(Set.copyOf(
                List.of((list == null || list.isBlank() ? DEFAULT : list).trim().split("\\s*,\\s*"))));
    }

    /** Returns the value of {@code http.request.method}. */
    String attribute(String method) {
        return names.contains(method) ? method : OTHER;
    }

    /** Returns the value of {@code http.request.method_original}; null if it is the same. */
    String original(String method) {
        return names.contains(method) ? null : method;
    }

    /** Returns the method, or {@code HTTP} for unknown ones, as the start of a span name. */
    String inSpanName(String method) {
        return names.contains(method) ? method : "HTTP";
    }
}
