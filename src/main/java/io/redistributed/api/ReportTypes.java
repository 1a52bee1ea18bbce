package io.redistributed.api;

import io.redistributed.queue.NewReport;
import io.redistributed.queue.ReportQueue;
import io.redistributed.settings.SchemaCheck;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The report types that the cluster's workers have announced, kept here and asked for again before a report is refused on
 * their account. Used on one event loop.
 */
final class ReportTypes {

    private static final int MAX_VIOLATIONS = 20;

    private final ReportQueue queue;
    private final Map<String, ReportType> known = new HashMap<>();
    private Future<Void> refreshing;

    ReportTypes(ReportQueue queue) {
        this.queue = queue;
    }

    /** Asks Redis for the types. */
    Future<Void> refresh() {
        if (refreshing != null) {
            return refreshing;
        }
        Future<Void> asked = queue.types().onSuccess(this::learn).mapEmpty();
        refreshing = asked;
        asked.onComplete(done -> refreshing = null);
        return asked;
    }

    /** What the types say of themselves, by name, as Redis knows it now. */
    Future<Map<String, JsonObject>> descriptions() {
        return queue.types().onSuccess(this::learn);
    }

    /** A type, or empty if nobody has announced it; asks Redis if it is not known yet. */
    Future<Optional<ReportType>> find(String name) {
        return known.containsKey(name)
                ? Future.succeededFuture(Optional.of(known.get(name)))
                : refresh().map(v -> Optional.ofNullable(known.get(name)));
    }

    /**
     * Fails with a problem (400) if the type is unknown or the parameters are not as it wants them. While no worker has
     * announced anything, everything is accepted: it waits for the worker that will know.
     *
     * @param place where the report stands in the request, for the error; empty if it is the request
     */
    Future<NewReport> check(NewReport report, String place) {
        ReportType type = known.get(report.type());
        if (type != null && type.check(report.parameters()).isEmpty()) {
            return Future.succeededFuture(report);
        }
        return refresh().map(v -> {
            if (!known.isEmpty()) {
                refuseIfWrong(report, place);
            }
            return report;
        });
    }

    private void learn(Map<String, JsonObject> types) {
        known.keySet().retainAll(types.keySet());
        types.forEach((name, description) -> {
            if (!known.containsKey(name) || !known.get(name).isDescribedBy(description)) {
                known.put(name, ReportType.of(name, description));
            }
        });
    }

    private void refuseIfWrong(NewReport report, String place) {
        ReportType type = known.get(report.type());
        if (type == null) {
            throw new ProblemException(
                    400,
                    place + "type: no worker knows '" + report.type() + "'; allowed are "
                            + String.join(", ", new TreeSet<>(known.keySet())));
        }
        List<SchemaCheck.Violation> violations = type.check(report.parameters());
        if (violations.isEmpty()) {
            return;
        }
        JsonArray errors = new JsonArray();
        violations.stream().limit(MAX_VIOLATIONS).forEach(violation -> {
            String path = violation.path().isEmpty() ? "parameters" : "parameters." + violation.path();
            errors.add(new JsonObject().put("path", place + path).put("message", violation.message()));
        });
        JsonObject first = errors.getJsonObject(0);
        throw new ProblemException(
                400,
                first.getString("path") + ": " + first.getString("message"),
                new JsonObject().put("errors", errors));
    }
}
