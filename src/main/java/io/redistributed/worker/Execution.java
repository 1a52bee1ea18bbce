package io.redistributed.worker;

import io.opentelemetry.api.trace.Span;
import io.redistributed.queue.Attempt;
import io.redistributed.queue.RunningAttempt;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.CancellationException;

/** One attempt of the worker. Progress may be told from any thread, the rest is the event loop's. */
final class Execution {

    private final Attempt attempt;
    private final Span span;

    private final Promise<Void> cancellation;

    private volatile double progress = -1;
    private boolean finishing;
    private boolean lost;

    /** @param context of the attempt: there its trace goes on, also after it was cancelled from elsewhere */
    Execution(Attempt attempt, Span span, ContextInternal context) {
        this.attempt = attempt;
        this.span = span;
        this.cancellation = context.promise();
    }

    Attempt attempt() {
        return attempt;
    }

    Span span() {
        return span;
    }

    /** @throws CancellationException once nobody wants the report any more: generators end by it */
    void progress(double done) {
        if (cancellation.future().isComplete()) {
            throw new CancellationException("report " + attempt.id() + " is no longer wanted");
        }
        progress = done;
    }

    /** Nobody wants the report any more. */
    void cancel() {
        cancellation.tryComplete();
    }

    Future<Void> cancellation() {
        return cancellation.future();
    }

    void finishing() {
        finishing = true;
    }

    /** The attempt is no longer ours. False if that was known. */
    boolean lost() {
        boolean news = !lost;
        lost = true;
        return news;
    }

    RunningAttempt running() {
        return new RunningAttempt(attempt.id(), attempt.number(), progress, finishing, span.getSpanContext());
    }
}
