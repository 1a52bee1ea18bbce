package io.redistributed.queue;

import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Waits for reports of one partition to end. The stored record is authoritative; a Pub/Sub message only says when to
 * read it.
 */
final class ReportWait {

    /** Pause between reads of a report while Redis is unavailable. */
    private static final long RETRY_MILLIS = 100;

    private final Vertx vertx;
    private final CompletionListener completions;
    private final Function<String, Future<Optional<Report>>> find;

    private boolean closed;

    ReportWait(Vertx vertx, CompletionListener completions, Function<String, Future<Optional<Report>>> find) {
        this.vertx = vertx;
        this.completions = completions;
        this.find = find;
    }

    /** See {@link ReportQueue#await}. */
    Future<Optional<Report>> await(String id, Duration atMost, Future<?> abandoned) {
        Promise<Void> expired = Promise.promise();
        long timer = vertx.setTimer(Math.max(1, atMost.toMillis()), fired -> expired.tryComplete());
        abandoned.onComplete(gone -> expired.tryComplete());
        return await(id, expired.future()).onComplete(answered -> vertx.cancelTimer(timer));
    }

    /** Stops retries: pending waits fail if Redis is unavailable. */
    void close() {
        closed = true;
    }

    private Future<Optional<Report>> await(String id, Future<Void> expired) {
        return find.apply(id)
                .compose(report -> isFinal(report, expired)
                        ? Future.succeededFuture(report)
                        : here(completions.listen(id)).compose(listening -> untilFinal(id, listening, expired)
                                .onComplete(ended -> listening.close())))
                .recover(cause -> closed || expired.isComplete() || cause instanceof DamagedReportException
                        ? Future.failedFuture(cause)
                        : vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS).compose(v -> await(id, expired)));
    }

    private Future<Optional<Report>> untilFinal(
            String id, CompletionListener.Listening listening, Future<Void> expired) {
        Future<Void> notified = listening.next();
        // Read again after subscribing, so that an end in between is not missed.
        return find.apply(id)
                .compose(report -> isFinal(report, expired)
                        ? Future.succeededFuture(report)
                        : here(Future.any(notified, expired)).compose(woken -> untilFinal(id, listening, expired)));
    }

    /** Notifications arrive on another context; continues in the trace of the waiting caller. */
    private <T> Future<T> here(Future<T> elsewhere) {
        Promise<T> here = VertxInternals.promise(vertx);
        elsewhere.onComplete(here);
        return here.future();
    }

    private static boolean isFinal(Optional<Report> report, Future<Void> expired) {
        return report.isEmpty() || report.get().state().isTerminal() || expired.isComplete();
    }
}
