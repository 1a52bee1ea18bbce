package io.redistributed.api.traces;

import io.redistributed.api.http.Gate;
import io.redistributed.auth.Caller;
import io.redistributed.export.store.SpanAttributes;
import io.redistributed.export.store.Trace;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Which traces a caller may read. Operators read all. Others read a trace whose spans name reports of theirs and no
 * others: anyone can continue a trace whose id is known, and so add spans to it.
 */
final class TraceVisibility {

    private static final String REPORT_ID = "redistributed.report.id";

    private TraceVisibility() {}

    /**
     * Returns the trace if the caller may read it. Otherwise completes empty, and as late as for an unknown trace.
     *
     * @param asked {@link System#nanoTime} of the start of the wait
     * @param wait how long the answer for an unknown trace takes
     */
    static Future<Optional<Trace>> filter(RoutingContext routing, Optional<Trace> found, long asked, Duration wait) {
        if (found.isEmpty() || isVisible(Gate.caller(routing), found.get())) {
            return Future.succeededFuture(found);
        }
        long left = wait.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
        return left < 1
                ? Future.succeededFuture(Optional.empty())
                : routing.vertx().timer(left, TimeUnit.MILLISECONDS).map(Optional.empty());
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
