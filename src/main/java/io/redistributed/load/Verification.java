package io.redistributed.load;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * Checks, after the load, every accepted report that no client awaited: through the pages of the report list, 200
 * reports a request, and one by one those still running.
 */
final class Verification {

    private final Client client;
    private final String type;
    private final Instant since;
    private final Expectation expectation;
    private final Tally tally;
    private final Accounts accounts;
    private final long giveUpAt;
    private final Promise<Void> over = Promise.promise();

    /**
     * @param since time before the first report of the run, by Redis' clock
     * @param giveUpAt by {@link System#nanoTime}: a report still running then counts as wrong
     */
    Verification(
            Client client,
            String type,
            Instant since,
            Expectation expectation,
            Tally tally,
            Accounts accounts,
            long giveUpAt) {
        this.client = client;
        this.type = type;
        this.since = since;
        this.expectation = expectation;
        this.tally = tally;
        this.accounts = accounts;
        this.giveUpAt = giveUpAt;
    }

    /** Always succeeds; findings go to the tally. */
    Future<Void> run() {
        next("");
        return over.future()
                .otherwise(cause -> {
                    tally.wrong(cause.getMessage());
                    return null;
                })
                .onComplete(done -> {
                    if (accounts.open() > 0) {
                        tally.lost.add(accounts.open());
                        tally.wrong(accounts.open() + " accepted reports are missing from the list of reports");
                    }
                });
    }

    private void next(String cursor) {
        if (accounts.open() == 0) {
            over.complete();
            return;
        }
        client.page(type, cursor)
                .compose(page -> settle(page).map(page))
                .onSuccess(page -> {
                    if (page.containsKey("cursor") && !isBefore(page)) {
                        next(page.getString("cursor"));
                    } else {
                        over.complete();
                    }
                })
                .onFailure(over::fail);
    }

    private Future<Void> settle(JsonObject page) {
        Future<Void> unended = Future.succeededFuture();
        for (Object each : page.getJsonArray("reports")) {
            JsonObject report = (JsonObject) each;
            Optional<Boolean> measured = accounts.settle(report.getString("id"));
            if (measured.isPresent() && report.containsKey("ended")) {
                ended(measured.get(), report);
            } else if (measured.isPresent()) {
                unended = unended.compose(next -> client.end(report.getString("id"), giveUpAt))
                        .map(ended -> {
                            ended(measured.get(), ended);
                            return null;
                        });
            }
        }
        return unended;
    }

    private void ended(boolean measured, JsonObject report) {
        tally.ended(measured, report);
        expectation.fault(report).ifPresent(tally::wrong);
    }

    private boolean isBefore(JsonObject page) {
        return page.getJsonArray("reports").stream()
                .anyMatch(report -> ((JsonObject) report).getInstant("created").isBefore(since));
    }
}
