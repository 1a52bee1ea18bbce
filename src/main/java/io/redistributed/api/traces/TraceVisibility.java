package io.redistributed.api.traces;

import io.redistributed.api.http.Gate;
import io.redistributed.api.http.RequestEnd;
import io.redistributed.auth.Caller;
import io.redistributed.export.store.SpanAttributes;
import io.redistributed.export.store.Trace;
import io.redistributed.export.store.TraceStore;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which traces a caller may read. Operators read all. Others read a trace whose spans name reports of theirs and no
 * others: anyone can continue a trace whose id is known, and so add spans to it.
 */
final class TraceVisibility {

    private static final String REPORT_ID = "redistributed.report.id";

    /** No trace has this id. */
    private static final String UNKNOWN = "";

    private TraceVisibility() {}

    /**
     * Returns a trace if the caller may read it, as soon as it is whole or {@code wait} is over, or its client has left.
     * Otherwise completes empty, and as late as for an unknown trace.
     */
    static Future<Optional<Trace>> whenWhole(RoutingContext routing, TraceStore store, String traceId, Duration wait) {
        long started = System.nanoTime();
        Future<Void> end = RequestEnd.orInputEnd(routing);
        return store.whenWhole(routing.vertx(), traceId, wait, end)
                .compose(found -> found.isEmpty() || isVisible(Gate.caller(routing), found.get())
                        ? Future.succeededFuture(found)
                        : store.whenWhole(routing.vertx(), UNKNOWN, wait.minusNanos(System.nanoTime() - started), end));
    }

    private static boolean isVisible(Caller caller, Trace trace) {
        if (caller.operates()) {
            return true;
        }
        List<String> reports = trace.spans().stream()
                .flatMap(span -> span.attributes().stream())
                .filter(attribute -> attribute.getKey().equals(REPORT_ID))
                .map(attribute -> SpanAttributes.text(attribute.getValue()))
                .toList();
        return !reports.isEmpty() && reports.stream().allMatch(caller::sees);
    }
}
