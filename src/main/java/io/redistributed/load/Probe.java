package io.redistributed.load;

import io.redistributed.load.Answer.Accepted;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Requests the first report before any load: verifies that the service accepts such reports, records what they look like, and
 * that their traces can be read if traces are checked.
 */
final class Probe {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final LoadPlan plan;
    private final Client client;

    Probe(LoadPlan plan, Client client) {
        this.plan = plan;
        this.client = client;
    }

    /**
     * @param created creation time of the report by Redis' clock; reports of the run are later
     */
    record Findings(Expectation expectation, Instant created) {}

    /** Fails with an {@link UnexpectedAnswerException}, or without a response. */
    Future<Findings> run() {
        return client.post(ReportRequest.of(plan)).compose(answer -> answer.accepted(plan.type())
                .map(this::follow)
                .orElseGet(() -> refused("POST returned " + answer)));
    }

    private Future<Findings> follow(Accepted accepted) {
        return client.end(accepted.id(), System.nanoTime() + PATIENCE_NANOS).compose(report -> result(report)
                .map(result -> Expectation.of(plan, result))
                .compose(expectation -> examine(accepted, report, expectation)));
    }

    private Future<Findings> examine(Accepted accepted, JsonObject report, Expectation expectation) {
        Findings findings = new Findings(expectation, report.getInstant("created"));
        return expectation
                .fault(report)
                .map(Probe::<Findings>refused)
                .orElseGet(
                        () -> plan.checkTraces() == 0 ? Future.succeededFuture(findings) : trace(accepted, findings));
    }

    private Future<Buffer> result(JsonObject report) {
        return report.getString("state").equals("done")
                ? client.result(report.getString("id"))
                : Future.succeededFuture(Buffer.buffer());
    }

    private Future<Findings> trace(Accepted accepted, Findings findings) {
        return client.trace(accepted.traceId(), System.nanoTime() + PATIENCE_NANOS)
                .compose(trace -> TraceShape.fault(trace)
                        .map(fault ->
                                Probe.<Findings>refused("trace " + accepted.traceId() + " is incomplete: " + fault))
                        .orElseGet(() -> Future.succeededFuture(findings)))
                .recover(cause ->
                        refused(cause.getMessage() + "; use --check-traces=0% if API and workers run in separate"
                                + " processes or the exporter 'store' is off"));
    }

    private static <T> Future<T> refused(String fault) {
        return Future.failedFuture(new UnexpectedAnswerException(fault));
    }
}
