package io.redistributed.api.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import io.redistributed.api.http.Gate;
import io.redistributed.api.http.ProblemException;
import io.redistributed.api.http.RequestBodies;
import io.redistributed.api.http.RequestTrace;
import io.redistributed.api.http.Routes;
import io.redistributed.auth.Caller;
import io.redistributed.queue.IdempotencyKey;
import io.redistributed.queue.InputUpload;
import io.redistributed.queue.NewReport;
import io.redistributed.queue.ReportQueue;
import io.redistributed.queue.Submitted;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Submits reports: {@code POST /reports} and {@code POST /reports/batch}. Used on one event loop. */
public final class SubmitHandler {

    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    private final ReportQueue queue;
    private final ReportTypes types;
    private final ReportQuotas quotas;
    private final ReportRequests requests;
    private final CompressedBodies compressed;
    private final Handler<RoutingContext> whole;
    private final Handler<RoutingContext> streaming;
    private final ReportInputs inputs;

    /**
     * @param config of the verticle
     * @param bodies reads request bodies
     * @param maxBodyBytes limit of a JSON body, received or decompressed
     * @param maxInputBytes limit of a raw input, received or decompressed
     */
    public SubmitHandler(
            Vertx vertx,
            JsonObject config,
            ReportQueue queue,
            ReportTypes types,
            RequestBodies bodies,
            int maxBodyBytes,
            long maxInputBytes) {
        this.queue = queue;
        this.types = types;
        this.quotas = new ReportQuotas(vertx, config, queue);
        this.requests = new ReportRequests(types);
        this.compressed = new CompressedBodies(vertx, maxBodyBytes);
        this.whole = bodies.upTo(maxBodyBytes);
        this.streaming = bodies.streaming(InputUpload.CHUNK_BYTES - 1, maxInputBytes);
        this.inputs = new ReportInputs(vertx, queue, maxInputBytes);
    }

    public void mount(Routes routes) {
        submitAt(
                routes.post(ReportsHandler.PATH),
                routing -> routing.queryParams().contains("type"),
                this::submit);
        submitAt(routes.post(ReportsHandler.PATH + "/batch"), routing -> false, this::submitBatch);
    }

    /** To be called when the server has closed. */
    public void close() {
        inputs.close();
    }

    /** @param takesRaw whether the body of a request is the raw input, not JSON around it */
    private void submitAt(
            Route route, Predicate<RoutingContext> takesRaw, Function<RoutingContext, Future<Buffer>> submit) {
        route.handler(quotas::admit)
                .handler(routing -> BodyFormat.check(routing, takesRaw.test(routing)))
                .handler(routing -> (isRaw(routing) ? streaming : whole).handle(routing))
                .handler(compressed::decode)
                .respond(RequestBodies.whileWorking(submit));
    }

    private static boolean isRaw(RoutingContext routing) {
        return BodyFormat.of(routing).isRaw();
    }

    private Future<Buffer> submit(RoutingContext routing) {
        return (isRaw(routing) ? submitRaw(routing) : submitJson(routing)).map(accepted -> {
            prepareAccepted(routing)
                    .putHeader(
                            "location",
                            ReportsHandler.PATH + '/' + accepted.submitted().id());
            return ReportJson.answer(json -> write(json, accepted.submitted(), accepted.report()));
        });
    }

    private record Accepted(Submitted submitted, NewReport report) {}

    private Future<Accepted> submitJson(RoutingContext routing) {
        return requests.one(routing).compose(asked -> {
            NewReport report = permitted(routing, asked);
            return idempotencyKey(routing)
                    .compose(key -> submit(routing, report, key, null))
                    .map(submitted -> new Accepted(submitted, report));
        });
    }

    /** Checks everything else before it reads the input, which may be long. */
    private Future<Accepted> submitRaw(RoutingContext routing) {
        return requests.raw(routing).compose(asked -> {
            NewReport report = permitted(routing, asked);
            return inputs.read(routing, namedKey(routing)).compose(input -> {
                NewReport whole = report.withInput(input.whole());
                return submit(routing, whole, input.key(), input.upload())
                        .map(submitted -> new Accepted(submitted, whole));
            });
        });
    }

    /** Returns the report as its caller may submit it; rejects it (403) otherwise. */
    private NewReport permitted(RoutingContext routing, NewReport report) {
        Caller caller = Gate.caller(routing);
        try {
            ReportQuotas.checkPriority(caller, report);
            return types.permitted(caller, report);
        } catch (ProblemException e) {
            Gate.logDenied(routing, e.getMessage());
            throw e;
        }
    }

    /** @param upload null if the report has its input */
    private Future<Submitted> submit(RoutingContext routing, NewReport report, IdempotencyKey key, InputUpload upload) {
        try {
            quotas.reserve(Gate.caller(routing), 1, inputBytes(report, upload));
        } catch (ProblemException full) {
            if (upload != null) {
                upload.discard();
            }
            throw full;
        }
        return store(routing, report, key, upload);
    }

    /** The first report goes ahead: if the queue is full or the key belongs to another request, nothing is stored. */
    private Future<Buffer> submitBatch(RoutingContext routing) {
        return requests.batch(routing).compose(asked -> {
            List<NewReport> reports =
                    asked.stream().map(report -> permitted(routing, report)).toList();
            return idempotencyKey(routing)
                    .compose(key -> submitBatch(routing, reports, key))
                    .map(submitted -> {
                        prepareAccepted(routing);
                        return batchAnswer(reports, submitted);
                    });
        });
    }

    private Future<List<Future<Submitted>>> submitBatch(
            RoutingContext routing, List<NewReport> reports, IdempotencyKey key) {
        Caller caller = Gate.caller(routing);
        List<NewReport> rest = reports.subList(1, reports.size());
        quotas.reserve(
                caller,
                reports.size(),
                reports.stream().mapToLong(report -> report.input().length()).sum());
        return store(routing, reports.get(0), key.ofPart(0), null)
                .onFailure(refused -> rest.forEach(
                        report -> quotas.settle(caller, report.input().length(), null)))
                .compose(first -> {
                    List<Future<Submitted>> submitted = new ArrayList<>();
                    submitted.add(Future.succeededFuture(first));
                    for (NewReport report : rest) {
                        submitted.add(store(routing, report, key.ofPart(submitted.size()), null));
                    }
                    return Future.join(submitted).transform(all -> Future.succeededFuture(submitted));
                });
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

    private static Future<IdempotencyKey> idempotencyKey(RoutingContext routing) {
        return ReportInputs.digested(
                routing.vertx(), namedKey(routing), routing.request().uri(), RequestBodies.whole(routing));
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

    private static HttpServerResponse prepareAccepted(RoutingContext routing) {
        return routing.response().setStatusCode(202).putHeader("content-type", "application/json");
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
                    write(json, report.result(), asked.get(i));
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

    private void write(JsonGenerator json, Submitted submitted, NewReport report) throws IOException {
        ReportJson.accepted(json, submitted, report.type(), types.hasWorker(report.type()));
    }
}
