package io.redistributed.api.reports;

import io.redistributed.api.http.CostlyReads;
import io.redistributed.api.http.Gate;
import io.redistributed.api.http.LongPolls;
import io.redistributed.api.http.MemoryBudget;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.RequestEnd;
import io.redistributed.api.http.Routes;
import io.redistributed.api.http.WaitParameter;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportFilter;
import io.redistributed.queue.ReportPage;
import io.redistributed.queue.ReportQueue;
import io.redistributed.queue.ReportState;
import io.redistributed.queue.StoredResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Serves stored reports at {@code /reports}: list, read, cancel, retry and fetch them. Used on one event loop. */
public final class ReportsHandler {

    public static final String PATH = "/reports";

    /** Matches every id of this service; other ids are neither looked up nor echoed. */
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z-]{1,64}");

    /** Limit of long polls; excess ones are answered at once. */
    private static final int MAX_WAITING = 5_000;

    private final ReportQueue queue;
    private final CostlyReads lists;
    private final MemoryBudget answers;
    private final Set<Promise<Void>> waiting = new HashSet<>();

    public ReportsHandler(Vertx vertx, ReportQueue queue) {
        this.queue = queue;
        this.lists = CostlyReads.of(vertx, PATH);
        this.answers = MemoryBudget.of(vertx);
    }

    public void mount(Routes routes) {
        routes.get(PATH).handler(this::list);
        routes.get(PATH + "/:id").respond(this::get);
        routes.delete(PATH + "/:id").respond(this::cancel);
        routes.post(PATH + "/:id/retry").respond(this::retry);
        routes.get(PATH + "/:id/result").handler(this::result);
    }

    private void list(RoutingContext routing) {
        ReportFilter filter = ListParameters.of(routing);
        lists.answer(routing, () -> queue.list(filter).map(ReportsHandler::listAnswer));
    }

    private static Buffer listAnswer(ReportPage page) {
        JsonArray reports = new JsonArray();
        page.reports().forEach(report -> reports.add(ReportJson.of(report)));
        JsonObject answer = new JsonObject().put("reports", reports);
        return (page.cursor().isEmpty() ? answer : answer.put("cursor", page.cursor())).toBuffer();
    }

    private Future<JsonObject> cancel(RoutingContext routing) {
        String id = id(routing);
        return queue.cancel(id).compose(cancellation -> switch (cancellation) {
            case UNKNOWN -> Future.failedFuture(noReport(id));
            case ENDED -> queue.find(id).compose(report -> Future.failedFuture(hasEnded(id, report)));
            case CANCELLING -> {
                Gate.audit("cancel", routing, id);
                routing.response().setStatusCode(202);
                yield found(id);
            }
            case CANCELLED -> {
                Gate.audit("cancel", routing, id);
                yield found(id);
            }
        });
    }

    private Future<JsonObject> retry(RoutingContext routing) {
        String id = id(routing);
        return queue.retry(id)
                .recover(cause -> cause instanceof IllegalStateException
                        ? Future.failedFuture(
                                new ProblemException(409, "report " + id + " cannot be retried: " + cause.getMessage()))
                        : Future.failedFuture(cause))
                .compose(exists -> {
                    if (!exists) {
                        return Future.failedFuture(noReport(id));
                    }
                    Gate.audit("retry", routing, id);
                    routing.response().setStatusCode(202);
                    return found(id);
                });
    }

    private Future<JsonObject> found(String id) {
        return queue.find(id).map(report -> ReportJson.of(report.orElseThrow(() -> noReport(id))));
    }

    /** Answers all long polls with the current state of their reports. */
    public void endWaiting() {
        List.copyOf(waiting).forEach(Promise::tryComplete);
    }

    private Future<JsonObject> get(RoutingContext routing) {
        String id = id(routing);
        Duration wait = WaitParameter.of(routing, Duration.ZERO);
        return wait.isZero()
                ? found(id)
                : await(routing, id, wait).map(report -> ReportJson.of(report.orElseThrow(() -> noReport(id))));
    }

    private Future<Optional<Report>> await(RoutingContext routing, String id, Duration wait) {
        if (waiting.size() == MAX_WAITING) {
            return queue.find(id);
        }
        return LongPolls.run(routing, () -> {
            Promise<Void> cancelled = Promise.promise();
            waiting.add(cancelled);
            // Also when the client disconnects.
            RequestEnd.orInputEnd(routing).onComplete(end -> cancelled.tryComplete());
            return queue.await(id, wait, cancelled.future()).onComplete(answer -> waiting.remove(cancelled));
        });
    }

    private void result(RoutingContext routing) {
        String id = id(routing);
        queue.result(id)
                .compose(result -> result.isPresent()
                        ? send(routing, id, result.get())
                        : queue.find(id)
                                .compose(report ->
                                        Future.failedFuture(noResult(report.orElseThrow(() -> noReport(id))))))
                .onFailure(routing::fail);
    }

    private Future<Void> send(RoutingContext routing, String id, StoredResult result) {
        String contentType = result.contentType();
        String ending =
                contentType.replaceFirst(";.*", "").replaceFirst(".*/", "").replaceFirst("plain", "txt");
        routing.response()
                .putHeader("content-type", contentType)
                .putHeader("content-disposition", "inline; filename=\"report-" + id + "." + ending + "\"")
                // Reports contain data of others, which must not run scripts in this origin.
                .putHeader(
                        "content-security-policy",
                        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
                .putHeader("x-content-type-options", "nosniff");
        return ResultStream.send(routing, answers, result);
    }

    /** Returns the id in the path. Reports of other callers are not found, whether they exist or not. */
    public static String id(RoutingContext routing) {
        String id = routing.pathParam("id");
        if (!ID.matcher(id).matches()) {
            throw new ProblemException(404, "report not found: an id has 1 to 64 letters, digits and -");
        }
        if (!Gate.caller(routing).sees(id)) {
            throw noReport(id);
        }
        return id;
    }

    public static ProblemException noReport(String id) {
        return new ProblemException(404, "report " + id + " not found (it may have expired)");
    }

    private static ProblemException hasEnded(String id, Optional<Report> report) {
        String state = report.map(ended -> ended.state().text()).orElse("gone");
        return new ProblemException(409, "report " + id + " is already " + state, new JsonObject().put("state", state));
    }

    private static ProblemException noResult(Report report) {
        if (report.state() == ReportState.DONE) {
            // During a failover one connection may still read from the old master.
            return new ProblemException(
                    503, "the result of report " + report.id() + " is not readable during a failover; retry later");
        }
        String why =
                switch (report.state()) {
                    case FAILED -> "has failed: " + report.error();
                    case CANCELLED -> "was cancelled";
                    default -> "is " + report.state().text() + "; it has no result yet";
                };
        return new ProblemException(
                409,
                "report " + report.id() + " " + why,
                new JsonObject().put("state", report.state().text()));
    }
}
