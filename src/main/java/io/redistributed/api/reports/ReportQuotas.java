package io.redistributed.api.reports;

import io.redistributed.api.http.Gate;
import io.redistributed.api.http.ProblemException;
import io.redistributed.auth.AuthSettings;
import io.redistributed.auth.Caller;
import io.redistributed.auth.Limits;
import io.redistributed.auth.Usage;
import io.redistributed.queue.NewReport;
import io.redistributed.queue.ReportQueue;
import io.redistributed.queue.Submitted;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Limits the unfinished reports of each caller. Counts the reports that this instance accepted until their end is
 * announced; announcements may be lost, so old ones are also looked up, a few at a time. Used on one event loop.
 */
final class ReportQuotas {

    private static final long CHECK_MILLIS = 5_000;
    private static final long OLD_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_LOOKED_UP = 50;

    private record Unfinished(Usage usage, long bytes, long since) {}

    private final Vertx vertx;
    private final ReportQueue queue;
    private final Map<String, Unfinished> unfinished = new LinkedHashMap<>();

    /** @param config of the verticle */
    ReportQuotas(Vertx vertx, JsonObject config, ReportQueue queue) {
        this.vertx = vertx;
        this.queue = queue;
        if (AuthSettings.ofNode(config).countsReports()) {
            queue.onEnded(this::ended);
            vertx.setPeriodic(CHECK_MILLIS, due -> lookUpOldest());
        }
    }

    /** Continues the route if the caller may submit more reports; answers 429 otherwise. Runs before the body is read. */
    void admit(RoutingContext routing) {
        Caller caller = Gate.caller(routing);
        Limits limits = caller.limits();
        if (limits.countsReports() && !Usage.of(vertx, caller).hasRoom(limits)) {
            throw full(caller);
        }
        routing.next();
    }

    private static ProblemException full(Caller caller) {
        return new ProblemException(
                429,
                "the limit of unfinished reports of " + caller.name()
                        + " at this node is reached; submit more when some have ended");
    }

    /**
     * Counts the reports of a request that has been read. Each report has to be {@linkplain #settle settled} then.
     *
     * @param bytes inputs of all
     * @throws ProblemException (429) if there is no room, as many requests may have been admitted at once
     */
    void reserve(Caller caller, int reports, long bytes) {
        Limits limits = caller.limits();
        if (limits.countsReports() && !Usage.of(vertx, caller).startReports(limits, reports, bytes)) {
            throw full(caller);
        }
    }

    /** @throws ProblemException (403) if the caller may not use the priority of the report */
    static void checkPriority(Caller caller, NewReport report) {
        int most = caller.limits().maxPriority();
        if (report.priority() > most) {
            throw new ProblemException(
                    403, "priority: " + caller.name() + " may use 0 to " + most + ", not " + report.priority());
        }
    }

    /**
     * Counts a reserved report until its end. Gives its place back if this request has not stored it.
     *
     * @param submitted null if the report was refused
     */
    void settle(Caller caller, long bytes, Submitted submitted) {
        if (!caller.limits().countsReports()) {
            return;
        }
        Usage usage = Usage.of(vertx, caller);
        if (submitted != null && submitted.isNew()) {
            unfinished.put(submitted.id(), new Unfinished(usage, bytes, System.nanoTime()));
        } else {
            usage.endReport(bytes);
        }
    }

    private void ended(String id) {
        Unfinished report = unfinished.remove(id);
        if (report != null) {
            report.usage.endReport(report.bytes);
        }
    }

    private void lookUpOldest() {
        long now = System.nanoTime();
        List<String> oldest = unfinished.entrySet().stream()
                .limit(MAX_LOOKED_UP)
                .filter(entry -> now - entry.getValue().since > OLD_NANOS)
                .map(Map.Entry::getKey)
                .toList();
        oldest.forEach(id -> queue.find(id).onSuccess(found -> {
            if (found.isEmpty() || found.get().state().isTerminal()) {
                ended(id);
            } else {
                lookUpLater(id);
            }
        }));
    }

    /** Moves a report to the end, so that the others get their turn. */
    private void lookUpLater(String id) {
        Unfinished report = unfinished.remove(id);
        if (report != null) {
            unfinished.put(id, new Unfinished(report.usage, report.bytes, System.nanoTime()));
        }
    }
}
