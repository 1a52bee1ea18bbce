package io.redistributed.worker;

import io.opentelemetry.api.trace.Span;
import io.redistributed.queue.Attempt;
import io.redistributed.queue.InHand;

/** One attempt in the worker's hands. Progress may be told from any thread, the rest is the event loop's. */
final class Execution {

    private final Attempt attempt;
    private final Span span;

    private volatile double progress = -1;
    private boolean finishing;
    private boolean lost;

    Execution(Attempt attempt, Span span) {
        this.attempt = attempt;
        this.span = span;
    }

    Attempt attempt() {
        return attempt;
    }

    Span span() {
        return span;
    }

    void progress(double done) {
        progress = done;
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

    InHand inHand() {
        return new InHand(attempt.id(), attempt.number(), progress, finishing, span.getSpanContext());
    }
}
