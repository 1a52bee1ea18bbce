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

/**
 * The report types that the cluster's workers have announced, kept here and asked for again when one is missing. Used on
 * one event loop.
 */
final class ReportTypes {

    private static final int MAX_VIOLATIONS = 20;

    private final ReportQueue queue;
    private final Map<String, Known> known = new HashMap<>();

    ReportTypes(ReportQueue queue) {
        this.queue = queue;
    }

    /** Asks Redis for the types. */
    Future<Void> refresh() {
        return queue.types()
                .onSuccess(types -> {
                    known.keySet().retainAll(types.keySet());
                    types.forEach((type, description) -> {
                        if (!known.containsKey(type)
                                || !known.get(type).description.equals(description)) {
                            known.put(type, new Known(description));
                        }
                    });
                })
                .mapEmpty();
    }

    /** The description of a type, or null if nobody has announced it; asks Redis if it is not known yet. */
    Future<JsonObject> description(String type) {
        if (known.containsKey(type)) {
            return Future.succeededFuture(known.get(type).description);
        }
        return refresh().map(v -> known.containsKey(type) ? known.get(type).description : null);
    }

    /**
     * Fails with a problem (400) if the type is unknown or the parameters are not as it wants them. While no worker has
     * announced anything, everything is accepted: it waits for the worker that will know.
     *
     * @param place where the report stands in the request, for the error; empty if it is the request
     */
    Future<NewReport> check(NewReport report, String place) {
        return description(report.type()).compose(description -> {
            if (known.isEmpty()) {
                return Future.succeededFuture(report);
            }
            if (description == null) {
                return Future.failedFuture(new ProblemException(
                        400,
                        place + "type: no worker knows '" + report.type() + "'; allowed: "
                                + String.join(
                                        ", ", known.keySet().stream().sorted().toList())));
            }
            return checkParameters(report, place);
        });
    }

    private Future<NewReport> checkParameters(NewReport report, String place) {
        List<SchemaCheck.Violation> violations =
                known.get(report.type()).parameters.check(report.parameters());
        if (violations.isEmpty()) {
            return Future.succeededFuture(report);
        }
        JsonArray errors = new JsonArray();
        violations.stream()
                .limit(MAX_VIOLATIONS)
                .forEach(violation -> errors.add(new JsonObject()
                        .put(
                                "path",
                                place + (violation.path().isEmpty() ? "parameters" : "parameters." + violation.path()))
                        .put("message", violation.message())));
        JsonObject first = errors.getJsonObject(0);
        return Future.failedFuture(new ProblemException(
                400,
                first.getString("path") + ": " + first.getString("message"),
                new JsonObject().put("errors", errors)));
    }

    private static final class Known {

        private final JsonObject description;
        private final SchemaCheck parameters;

        private Known(JsonObject description) {
            this.description = description;
            this.parameters = SchemaCheck.of(description.getJsonObject("parameters", new JsonObject()));
        }
    }
}
