package io.redistributed.worker;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.Generation;
import io.redistributed.queue.Attempt;
import io.redistributed.queue.AttemptOutcome;
import io.redistributed.queue.RunningAttempt;
import io.redistributed.vertx.internal.VertxInternals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CancellationException;

/** A running attempt. {@link #progress} may be called from any thread, the other methods on the worker's event loop. */
final class Execution {

    private final Attempt attempt;
    private final SpanContext sender;
    private final Span span;

    private final Promise<Void> cancellation;

    private volatile double progress = -1;
    private Generation generation;
    private boolean listedAsWaiting;
    private boolean finishing;
    private boolean lost;

    /**
     * @param sender span from which the message with the attempt came; invalid if unknown
     * @param span of the attempt
     * @param context context of the attempt, on which the cancellation completes so that the trace continues there
     */
    Execution(Attempt attempt, SpanContext sender, Span span, Context context) {
        this.attempt = attempt;
        this.sender = sender;
        this.span = span;
        this.cancellation = VertxInternals.promise(context);
    }

    Attempt attempt() {
        return attempt;
    }

    Span span() {
        return span;
    }

    /** Returns the span to store with the outcome. A done report needs it only to find the trace of an attempt that has its own. */
    SpanContext spanToStore(AttemptOutcome outcome) {
        boolean isKnown = outcome.isDone()
                && sender.getTraceId().equals(span.getSpanContext().getTraceId());
        return isKnown ? SpanContext.getInvalid() : span.getSpanContext();
    }

    /**
     * Records the progress, from 0 to 1.
     *
     * @throws CancellationException if the attempt was cancelled, which ends the generator
     */
    void progress(double done) {
        if (cancellation.future().isComplete()) {
            throw new CancellationException("report " + attempt.id() + " was cancelled");
        }
        progress = done;
    }

    /** Cancels the attempt; repeated calls have no effect. */
    void cancel() {
        cancellation.tryComplete();
    }

    Future<Void> cancellation() {
        return cancellation.future();
    }

    /** Takes the work of this attempt, and returns its content. */
    Future<GeneratedContent> generates(Generation started) {
        generation = started;
        return started.content();
    }

    /** Returns whether the work waits for a thread. */
    boolean isWaiting() {
        return generation != null && generation.isWaiting();
    }

    /** Returns whether the work has begun since a heartbeat listed it as waiting. */
    boolean hasBegunUnlisted() {
        return listedAsWaiting && !isWaiting();
    }

    void finishing() {
        finishing = true;
    }

    /** Marks the attempt as lost. Returns false if it already was. */
    boolean lost() {
        boolean news = !lost;
        lost = true;
        return news;
    }

    /** Returns what the next heartbeat says of it. */
    RunningAttempt toList() {
        listedAsWaiting = isWaiting();
        return new RunningAttempt(
                attempt.id(), attempt.number(), progress, listedAsWaiting, finishing, span.getSpanContext());
    }
}
