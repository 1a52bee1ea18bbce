package io.redistributed.telemetry;

import java.util.List;
import java.util.Set;

/**
 * The HTTP methods that spans and metrics tell apart; others could be any text that a client sends. Those of RFC 9110, PATCH
 * and QUERY, or else those of the standard variable {@code OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS}, separated by commas.
 *
 * @param names in upper and lower case as they are sent
 */
record KnownMethods(Set<String> names) {

    /** Stands for every other method. */
    static final String OTHER = "_OTHER";

    private static final String DEFAULT = "CONNECT,DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT,QUERY,TRACE";

    static KnownMethods fromEnvironment() {
        return of(System.getenv("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS"));
    }

    /** @param list null for the default */
    static KnownMethods of(String list) {
        return new KnownMethods(
                Set.copyOf(List.of((list == null ? DEFAULT : list).trim().split("\\s*,\\s*"))));
    }

    /** The value of {@code http.request.method}. */
    String attribute(String method) {
        return names.contains(method) ? method : OTHER;
    }

    /** The value of {@code http.request.method_original}; null if it is the same. */
    String original(String method) {
        return names.contains(method) ? null : method;
    }

    /** How the names of spans begin. */
    String inSpanName(String method) {
        return names.contains(method) ? method : "HTTP";
    }
}
