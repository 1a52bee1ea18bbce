package io.redistributed.telemetry;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;

/**
 * Reads the trace headers of an HTTP request. Repeated headers follow <a href="https://www.w3.org/TR/trace-context/">W3C</a>: several {@code tracestate} or {@code baggage} headers form one list; several {@code traceparent} headers are ignored, so that a new trace starts.
 */
final class RequestHeaders implements TextMapGetter<MultiMap> {

    @Override
    public Iterable<String> keys(MultiMap headers) {
        return headers.names();
    }

    @Override
    public String get(MultiMap headers, String name) {
        String first = headers == null ? null : headers.get(name);
        if (first == null) {
            return null;
        }
        List<String> all = headers.getAll(name);
        if (all.size() == 1) {
            return first;
        }
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "traceparent" -> null;
            case "tracestate", "baggage" -> String.join(",", all);
            default -> first;
        };
    }
}
