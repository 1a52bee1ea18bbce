package io.redistributed.load;

import io.redistributed.load.Answer.Accepted;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** One report from the client's side: request it and, for a sample, wait for it and check it. */
final class Journey {

    private static final int TOO_MANY_REQUESTS = 429;

    private final LoadPlan plan;
    private final ReportRequest request;
    private final Expectation expectation;
    private final Tally tally;
    private final Accounts accounts;
    private final long giveUpAt;

    /** @param giveUpAt by {@link System#nanoTime}: a report still running then counts as wrong */
    Journey(LoadPlan plan, Expectation expectation, Tally tally, Accounts accounts, long giveUpAt) {
        this.plan = plan;
        this.request = ReportRequest.of(plan);
        this.expectation = expectation;
        this.tally = tally;
        this.accounts = accounts;
        this.giveUpAt = giveUpAt;
    }

    /**
     * Always succeeds; the client is then free for the next report.
     *
     * @param due when the report was to be sent, by {@link System#nanoTime}
     */
    Future<Void> go(Client client, long due) {
        tally.sent(due);
        return client.post(request)
                .compose(answer -> answered(client, due, answer))
                .otherwise(cause -> {
                    tally.wrong(cause.getMessage());
                    return null;
                });
    }

    private Future<Void> answered(Client client, long due, Answer answer) {
        Optional<Accepted> accepted = answer.accepted(plan.type());
        if (accepted.isPresent()) {
            tally.accepted(due);
            return accepted(client, due, accepted.get());
        } else if (answer.status() == TOO_MANY_REQUESTS) {
            tally.refused(due);
        } else {
            tally.wrong("POST returned " + answer);
        }
        return Future.succeededFuture();
    }

    private Future<Void> accepted(Client client, long due, Accepted accepted) {
        if (isChosen(plan.await())) {
            return client.end(accepted.id(), giveUpAt).compose(report -> {
                tally.awaited(due);
                return ended(client, tally.isMeasured(due), accepted, report);
            });
        }
        if (!accounts.keep(accepted.id(), tally.isMeasured(due))) {
            tally.unverified.increment();
        }
        return Future.succeededFuture();
    }

    private Future<Void> ended(Client client, boolean measured, Accepted accepted, JsonObject report) {
        tally.ended(measured, report);
        Optional<String> fault = expectation.fault(report);
        fault.ifPresent(tally::wrong);
        boolean hasResult = fault.isEmpty() && report.getString("state").equals("done");
        return checkResult(client, accepted.id(), hasResult && isChosen(plan.checkResults()))
                .compose(checked -> checkTrace(client, accepted.traceId(), isChosen(plan.checkTraces())));
    }

    private Future<Void> checkResult(Client client, String id, boolean chosen) {
        if (!chosen) {
            return Future.succeededFuture();
        }
        return client.result(id).map(result -> {
            tally.resultsChecked.increment();
            expectation.fault(id, result).ifPresent(tally::wrong);
            return null;
        });
    }

    private Future<Void> checkTrace(Client client, String traceId, boolean chosen) {
        if (!chosen) {
            return Future.succeededFuture();
        }
        return client.trace(traceId, giveUpAt).map(trace -> {
            tally.tracesChecked.increment();
            TraceShape.fault(trace).ifPresent(fault -> tally.wrong("trace " + traceId + " is incomplete: " + fault));
            return null;
        });
    }

    private static boolean isChosen(double share) {
        return share > 0 && ThreadLocalRandom.current().nextDouble() < share;
    }
}
