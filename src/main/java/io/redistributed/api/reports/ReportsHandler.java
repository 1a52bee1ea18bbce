package io.redistributed.api.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import io.redistributed.api.http.CostlyReads;
import io.redistributed.api.http.Gate;
import io.redistributed.api.http.LongPolls;
import io.redistributed.api.http.MemoryBudget;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.api.http.RequestEnd;
import io.redistributed.api.http.RequestTrace;
import io.redistributed.api.http.Routes;
import io.redistributed.api.http.WaitParameter;
import io.redistributed.auth.Caller;
import io.redistributed.queue.IdempotencyKey;
import io.redistributed.queue.InputUpload;
import io.redistributed.queue.NewReport;
import io.redistributed.queue.Report;
import io.redistributed.queue.ReportFilter;
import io.redistributed.queue.ReportPage;
import io.redistributed.queue.ReportQueue;
import io.redistributed.queue.ReportState;
import io.redistributed.queue.StoredResult;
import io.redistributed.queue.Submitted;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Serves {@code /reports}: submit, list, read, cancel, retry and fetch reports. Used on one event loop. */
public final class ReportsHandler {

    public static final String PATH = "/reports";

    /** Matches every id of this service; other ids are neither looked up nor echoed. */
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z-]{1,64}");

    /** Limit of long polls, each of which subscribes to a channel; excess ones are answered at once. */
    private static final int MAX_WAITING = 5_000;

    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    private final ReportQueue queue;
    private final ReportTypes types;
    private final ReportQuotas quotas;
    private final ReportRequests requests;
    private final CostlyReads lists;
    private final MemoryBudget answers;
    private final CompressedBodies compressed;
    private final Handler<RoutingContext> whole;
    private final Handler<RoutingContext> streaming;
    private final ReportInputs inputs;
    private final Set<Promise<Void>> waiting = new HashSet<>();

    /**
     * @param config of the verticle
     * @param bodies reads request bodies
     * @param maxBodyBytes limit of a JSON body, received or decompressed
     * @param maxInputBytes limit of a raw input, received or decompressed
     */
    public ReportsHandler(
            Vertx vertx,
            JsonObject config,
            ReportQueue queue,
            ReportTypes types,
            RequestBodies bodies,
            int maxBodyBytes,
            long maxInputBytes) {
        this.quotas = new ReportQuotas(vertx, config, queue);
        this.whole = bodies.upTo(maxBodyBytes);
        this.streaming = bodies.streaming(InputUpload.CHUNK_BYTES - 1, maxInputBytes);
        this.inputs = new ReportInputs(vertx, queue, maxInputBytes);
        this.compressed = new CompressedBodies(vertx, maxBodyBytes);
        this.queue = queue;
        this.lists = CostlyReads.of(vertx, PATH);
        this.answers = MemoryBudget.of(vertx);
        this.types = types;
        this.requests = new ReportRequests(types);
    }

    public void mount(Routes routes) {
        submitAt(routes.post(PATH), routing -> routing.queryParams().contains("type"), this::submit);
        submitAt(routes.post(PATH + "/batch"), routing -> false, this::submitBatch);
        routes.get(PATH).handler(this::list);
        routes.get(PATH + "/:id").respond(this::get);
        routes.delete(PATH + "/:id").respond(this::cancel);
        routes.post(PATH + "/:id/retry").respond(this::retry);
        routes.get(PATH + "/:id/result").handler(this::result);
    }

    /** @param takesRaw whether the body of a request is the raw input, not JSON around it */
    private void submitAt(
            Route route, Predicate<RoutingContext> takesRaw, Function<RoutingContext, Future<Buffer>> submit) {
        route.handler(quotas::admit)
                .handler(routing -> BodyFormat.check(routing, takesRaw.test(routing)))
                .handler(routing -> (isRaw(routing) ? streaming : whole).handle(routing))
                .handler(routing -> {
                    if (isRaw(routing)) {
                        routing.next();
                    } else {
                        compressed.decode(routing);
                    }
                })
                .respond(RequestBodies.whileWorking(submit));
    }

    private static boolean isRaw(RoutingContext routing) {
        return BodyFormat.of(routing).isRaw();
    }

    private Future<Buffer> submit(RoutingContext routing) {
        return (isRaw(routing) ? submitRaw(routing) : submitJson(routing)).map(answer -> {
            prepareAccepted(routing)
                    .putHeader("location", PATH + '/' + answer.submitted().id());
            return ReportJson.answer(json -> accepted(json, answer.submitted(), answer.report()));
        });
    }

    private Function<NewReport, NewReport> checked(RoutingContext routing) {
        Caller caller = Gate.caller(routing);
        Function<NewReport, NewReport> checks = ReportQuotas.checked(caller).andThen(types.permitted(caller));
        return report -> {
            try {
                return checks.apply(report);
            } catch (ProblemException e) {
                if (e.status() == 403) {
                    Gate.logDenied(routing, e.getMessage());
                }
                throw e;
            }
        };
    }

    private record Accepted(Submitted submitted, NewReport report) {}

    private Future<Accepted> submitJson(RoutingContext routing) {
        return requests.one(routing).map(checked(routing)).compose(report -> idempotencyKey(routing)
                .compose(key -> submit(routing, report, key))
                .map(submitted -> new Accepted(submitted, report)));
    }

    /** Checks everything else before it reads the input, which may be long. */
    private Future<Accepted> submitRaw(RoutingContext routing) {
        return requests.raw(routing).map(checked(routing)).compose(report -> inputs.read(routing, namedKey(routing))
                .compose(input -> {
                    NewReport whole = report.withInput(input.whole());
                    return submit(routing, whole, input.key(), input.upload())
                            .map(stored -> new Accepted(stored, whole));
                }));
    }

    private Future<Submitted> submit(RoutingContext routing, NewReport report, IdempotencyKey key) {
        return submit(routing, report, key, null);
    }

    /** @param upload null if the report has its input */
    private Future<Submitted> submit(RoutingContext routing, NewReport report, IdempotencyKey key, InputUpload upload) {
        return quotas.reserve(Gate.caller(routing), 1, inputBytes(report, upload))
                .onFailure(full -> {
                    if (upload != null) {
                        upload.discard();
                    }
                })
                .compose(reserved -> store(routing, report, key, upload));
    }

    private Future<Submitted> store(RoutingContext routing, NewReport report, IdempotencyKey key, InputUpload upload) {
        Caller caller = Gate.caller(routing);
        NewReport owned = report.ownedBy(caller.owner());
        long bytes = inputBytes(report, upload);
        return (upload == null ? queue.submit(owned, key) : queue.submit(owned, key, upload))
                .onComplete((submitted, failure) -> quotas.settle(caller, bytes, submitted))
                .onSuccess(submitted -> Gate.audit("submit", routing, submitted.id()));
    }

    private static long inputBytes(NewReport report, InputUpload upload) {
        return upload == null ? report.input().length() : upload.size();
    }

    private Future<Buffer> submitBatch(RoutingContext routing) {
        return requests.batch(routing)
                .map(reports -> reports.stream().map(checked(routing)).toList())
                .compose(reports -> idempotencyKey(routing).compose(key -> submitBatch(routing, reports, key)))
                .map(answer -> {
                    prepareAccepted(routing);
                    return answer;
                });
    }

    private static HttpServerResponse prepareAccepted(RoutingContext routing) {
        return routing.response().setStatusCode(202).putHeader("content-type", "application/json");
    }

    /** The first report goes ahead: if the queue is full or the key belongs to another request, nothing is stored. */
    private Future<Buffer> submitBatch(RoutingContext routing, List<NewReport> reports, IdempotencyKey key) {
        Caller caller = Gate.caller(routing);
        long bytes =
                reports.stream().mapToLong(report -> report.input().length()).sum();
        return quotas.reserve(caller, reports.size(), bytes)
                .compose(reserved -> store(routing, reports.get(0), key.ofPart(0), null)
                        .onFailure(refused -> reports.stream()
                                .skip(1)
                                .forEach(rest ->
                                        quotas.settle(caller, rest.input().length(), null))))
                .compose(first -> {
                    List<Future<Submitted>> submitted = new ArrayList<>();
                    submitted.add(Future.succeededFuture(first));
                    for (int i = 1; i < reports.size(); i++) {
                        submitted.add(store(routing, reports.get(i), key.ofPart(i), null));
                    }
                    return Future.join(submitted)
                            .transform(all -> Future.succeededFuture(batchAnswer(reports, submitted)));
                });
    }

    private void accepted(JsonGenerator json, Submitted submitted, NewReport report) throws IOException {
        ReportJson.accepted(json, submitted, report.type(), types.hasWorker(report.type()));
    }

    private static Future<IdempotencyKey> idempotencyKey(RoutingContext routing) {
        IdempotencyKey key = namedKey(routing);
        Buffer body = Objects.requireNonNullElseGet(routing.body().buffer(), Buffer::buffer);
        return ReportInputs.digested(routing.vertx(), key, routing.request().uri(), body);
    }

    /** Returns the key without fingerprint. */
    private static IdempotencyKey namedKey(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (!request.headers().contains(IDEMPOTENCY_KEY)) {
            return IdempotencyKey.NONE;
        }
        try {
            return IdempotencyKey.named(BodyFormat.single(request, IDEMPOTENCY_KEY));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, "Idempotency-Key: " + e.getMessage());
        }
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

    /** Writes accepted and rejected reports in request order: the queue may become full during a batch. */
    private Buffer batchAnswer(List<NewReport> asked, List<Future<Submitted>> submitted) {
        return ReportJson.answer(json -> {
            json.writeStartObject();
            json.writeStringField("traceId", RequestTrace.id());
            json.writeArrayFieldStart("reports");
            for (int i = 0; i < submitted.size(); i++) {
                Future<Submitted> report = submitted.get(i);
                if (report.succeeded()) {
                    accepted(json, report.result(), asked.get(i));
                } else {
                    json.writeStartObject();
                    json.writeStringField("type", asked.get(i).type());
                    json.writeStringField("error", report.cause().getMessage());
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** Answers all long polls with the current state of their reports. */
    public void endWaiting() {
        List.copyOf(waiting).forEach(Promise::tryComplete);
    }

    /** To be called when the server has closed. */
    public void close() {
        inputs.close();
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
