package io.redistributed.api.reports;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.LongCounter;
import io.redistributed.api.http.ProblemException;
import io.redistributed.auth.Caller;
import io.redistributed.queue.AnnouncedType;
import io.redistributed.queue.NewReport;
import io.redistributed.queue.ReportQueue;
import io.redistributed.settings.SchemaCheck;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Caches the report types announced by the cluster's workers. Refreshes them periodically, and before a report is
 * rejected because of them. Announcements are not trusted: unusable types are omitted, logged and counted. Used on one
 * event loop.
 */
public final class ReportTypes {

    private static final Logger log = LoggerFactory.getLogger(ReportTypes.class);

    private static final int MAX_VIOLATIONS = 20;

    private final Vertx vertx;
    private final ReportQueue queue;
    private final LongCounter refused;
    private final Map<String, ReportType> known = new HashMap<>();
    private SortedMap<String, AnnouncedType> latest = new TreeMap<>();
    private Future<SortedMap<String, AnnouncedType>> refreshing;

    public ReportTypes(Vertx vertx, ReportQueue queue, OpenTelemetry openTelemetry) {
        this.vertx = vertx;
        this.queue = queue;
        this.refused = openTelemetry
                .getMeter("io.redistributed.api")
                .counterBuilder("redistributed.report_types.refused")
                .setDescription("Descriptions of report types that could not be used")
                .setUnit("{description}")
                .build();
    }

    /** Refreshes the types at this interval until the verticle stops, so that schema changes take effect. */
    public void refreshEvery(Duration interval) {
        vertx.setPeriodic(interval.toMillis(), id -> refresh()
                .onFailure(cause -> log.debug("Refresh of report types failed: {}", cause.getMessage())));
    }

    /** Reads the types from Redis. Completes when the new types are usable. */
    public Future<SortedMap<String, AnnouncedType>> refresh() {
        if (refreshing != null) {
            return refreshing;
        }
        Future<SortedMap<String, AnnouncedType>> asked =
                queue.types().compose(types -> update(types).map(types)).onSuccess(types -> latest = types);
        refreshing = asked;
        asked.onComplete(done -> refreshing = null);
        return asked;
    }

    /**
     * Returns the current types from Redis as {@code [{type, title, parameters, workers, waiting}]}, sorted by name.
     */
    Future<JsonArray> list() {
        return refresh().map(types -> {
            JsonArray list = new JsonArray();
            types.forEach((name, announced) -> {
                ReportType type = known.get(name);
                if (type == null || type.isUsable()) {
                    JsonObject description = type == null ? new JsonObject() : type.description();
                    list.add(new JsonObject()
                            .put("type", name)
                            .put("title", description.getValue("title", name))
                            .put("parameters", description.getValue("parameters", new JsonObject()))
                            .put("workers", announced.workers())
                            .put("waiting", announced.waiting()));
                }
            });
            return list;
        });
    }

    /** Whether a live worker offered the type at the last refresh. */
    boolean hasWorker(String name) {
        return latest.containsKey(name) && latest.get(name).workers() > 0;
    }

    /** Returns a usable type, or nothing. Refreshes if the type is not known. */
    Future<Optional<ReportType>> find(String name) {
        return (known.containsKey(name) ? Future.succeededFuture() : refresh())
                .map(v -> Optional.ofNullable(known.get(name)).filter(ReportType::isUsable));
    }

    /**
     * Fails with a {@link ProblemException} (400) if the type is unknown or unusable, or the parameters are invalid.
     * While no worker has announced any type, every report passes.
     *
     * @param place prefix for errors, the report's place in a batch; empty for a single report
     */
    Future<NewReport> check(NewReport report, String place) {
        ReportType type = known.get(report.type());
        if (type == null || !type.isUsable()) {
            return refresh().compose(v -> checkStrictly(report, place));
        }
        Future<List<SchemaCheck.Violation>> violations = violations(type, report);
        if (violations.succeeded() && violations.result().isEmpty()) {
            return Future.succeededFuture(report);
        }
        return violations.compose(found -> found.isEmpty()
                ? Future.succeededFuture(report)
                : refresh().compose(v -> checkStrictly(report, place)));
    }

    /**
     * Returns the report, restricted if its type may turn out to be for operators: workers will tell.
     *
     * @throws ProblemException (403) if only operators may use its type
     */
    NewReport permitted(Caller caller, NewReport report) {
        if (caller.operates()) {
            return report;
        }
        ReportType type = known.get(report.type());
        if (type == null || !type.isUsable()) {
            return report.restrict();
        }
        if (type.isForOperators()) {
            throw new ProblemException(403, "type: '" + report.type() + "' needs the right operate");
        }
        return report;
    }

    private Future<NewReport> checkStrictly(NewReport report, String place) {
        ReportType type = known.get(report.type());
        if (type == null && known.isEmpty()) {
            return Future.succeededFuture(report);
        }
        if (type == null) {
            throw new ProblemException(400, place + "type: no worker offers '" + report.type() + "'" + allowed());
        }
        if (!type.isUsable()) {
            throw new ProblemException(
                    400,
                    place + "type: '" + report.type() + "' is unusable, its description is invalid: " + type.fault()
                            + allowed());
        }
        return violations(type, report).map(found -> {
            if (!found.isEmpty()) {
                throw problem(found, place);
            }
            return report;
        });
    }

    private Future<List<SchemaCheck.Violation>> violations(ReportType type, NewReport report) {
        return type.isQuick(report.parameters())
                ? Future.succeededFuture(type.check(report.parameters()))
                : vertx.executeBlocking(() -> type.check(report.parameters()), false);
    }

    private String allowed() {
        TreeSet<String> usable = new TreeSet<>(known.keySet());
        usable.removeIf(name -> !known.get(name).isUsable());
        return usable.isEmpty() ? "" : "; allowed are " + String.join(", ", usable);
    }

    private Future<Void> update(SortedMap<String, AnnouncedType> types) {
        Map<String, AnnouncedType> changed = new HashMap<>();
        types.forEach((name, announced) -> {
            ReportType type = known.get(name);
            if (announced.bytes() > 0 && (type == null || !type.isDescribedBy(announced))) {
                changed.put(name, announced);
            }
        });
        known.keySet()
                .removeIf(name -> !types.containsKey(name) || types.get(name).bytes() == 0);
        if (changed.isEmpty()) {
            return Future.succeededFuture();
        }
        // Compiling a schema takes milliseconds.
        return vertx.executeBlocking(
                        () -> {
                            Map<String, ReportType> compiled = new HashMap<>();
                            changed.forEach((name, announced) -> compiled.put(name, ReportType.of(announced)));
                            return compiled;
                        },
                        false)
                .map(compiled -> {
                    compiled.forEach(this::update);
                    return null;
                });
    }

    private void update(String name, ReportType type) {
        known.put(name, type);
        if (!type.isUsable()) {
            refused.add(1);
            log.warn(
                    "Ignored invalid report type '{}' of worker {}: {}",
                    name,
                    type.announced().announcer().isEmpty()
                            ? "(unknown)"
                            : type.announced().announcer(),
                    type.fault());
        }
    }

    private static ProblemException problem(List<SchemaCheck.Violation> violations, String place) {
        JsonArray errors = new JsonArray();
        violations.stream().limit(MAX_VIOLATIONS).forEach(violation -> {
            String path = violation.path().isEmpty() ? "parameters" : "parameters." + violation.path();
            errors.add(new JsonObject().put("path", place + path).put("message", violation.message()));
        });
        JsonObject first = errors.getJsonObject(0);
        return new ProblemException(
                400,
                first.getString("path") + ": " + first.getString("message"),
                new JsonObject().put("errors", errors));
    }
}
