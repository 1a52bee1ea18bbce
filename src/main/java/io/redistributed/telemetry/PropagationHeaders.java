package io.redistributed.telemetry;

import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;

/**
 * Reads repeated trace headers as <a href="https://www.w3.org/TR/trace-context/">W3C</a> wants it, where Vert.x' tracer takes
 * the first of each: several {@code tracestate} or {@code baggage} headers are one list, and several {@code traceparent}
 * headers are none, so that a new trace starts.
 */
final class PropagationHeaders {

    private static final String TRACE_PARENT = "traceparent";
    private static final String TRACE_STATE = "tracestate";
    private static final String BAGGAGE = "baggage";

    private PropagationHeaders() {}

    /** The headers, each of those three once at most. */
    static Iterable<Entry<String, String>> once(Iterable<Entry<String, String>> headers) {
        int parents = 0;
        int states = 0;
        int baggage = 0;
        for (Entry<String, String> header : headers) {
            String name = header.getKey();
            if (TRACE_PARENT.equalsIgnoreCase(name)) {
                parents++;
            } else if (TRACE_STATE.equalsIgnoreCase(name)) {
                states++;
            } else if (BAGGAGE.equalsIgnoreCase(name)) {
                baggage++;
            }
        }
        // Mostly nothing is repeated, and nothing is made.
        return parents <= 1 && states <= 1 && baggage <= 1 ? headers : combined(headers, parents == 1);
    }

    private static Iterable<Entry<String, String>> combined(
            Iterable<Entry<String, String>> headers, boolean continues) {
        Map<String, String> combined = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Entry<String, String> header : headers) {
            boolean isList = BAGGAGE.equalsIgnoreCase(header.getKey()) || TRACE_STATE.equalsIgnoreCase(header.getKey());
            if (isList) {
                combined.merge(header.getKey(), header.getValue(), (one, next) -> one + ',' + next);
            } else {
                combined.putIfAbsent(header.getKey(), header.getValue());
            }
        }
        if (!continues) {
            combined.remove(TRACE_PARENT);
        }
        return combined.entrySet();
    }
}
