package io.redistributed.queue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Waits for reports of one partition to end: what is stored is the truth, a sign on Pub/Sub says when to look. */
final class ReportWait {

    /** Between two looks at a report while Redis is away. */
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
        Promise<Void> over = Promise.promise();
        long timer = vertx.setTimer(Math.max(1, atMost.toMillis()), fired -> over.tryComplete());
        abandoned.onComplete(gone -> over.tryComplete());
        return await(id, over.future()).onComplete(answered -> vertx.cancelTimer(timer));
    }

    /** From now on nobody goes on waiting while Redis is away. */
    void close() {
        closed = true;
    }

    private Future<Optional<Report>> await(String id, Future<Void> over) {
        return find.apply(id)
                .compose(report -> isOver(report, over)
                        ? Future.succeededFuture(report)
                        : here(completions.listen(id)).compose(listening -> untilOver(id, listening, over)
                                .onComplete(ended -> listening.close())))
                .recover(cause -> closed || over.isComplete() || cause instanceof DamagedReportException
                        ? Future.failedFuture(cause)
                        : vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS).compose(v -> await(id, over)));
    }

    private Future<Optional<Report>> untilOver(String id, CompletionListener.Listening listening, Future<Void> over) {
        Future<Void> sign = listening.sign();
        // Read again after subscribing, so that an end in between is not missed.
        return find.apply(id)
                .compose(report -> isOver(report, over)
                        ? Future.succeededFuture(report)
                        : here(Future.any(sign, over)).compose(woken -> untilOver(id, listening, over)));
    }

    /** Notifications arrive on another context; continues in the trace of the waiting caller. */
    private <T> Future<T> here(Future<T> elsewhere) {
        Promise<T> here = ((ContextInternal) vertx.getOrCreateContext()).promise();
        elsewhere.onComplete(here);
        return here.future();
    }

    private static boolean isOver(Optional<Report> report, Future<Void> over) {
        return report.isEmpty() || report.get().state().isTerminal() || over.isComplete();
    }
}
