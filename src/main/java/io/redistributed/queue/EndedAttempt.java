package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;

/**
 * Holds the arguments of {@code finish.lua} for one attempt.
 *
 * @param typeSet type set of the worker's latest heartbeat
 * @param more whether the worker takes another report
 */
record EndedAttempt(
        String worker, String typeSet, Attempt attempt, AttemptOutcome outcome, SpanContext span, boolean more) {

    /** Approximate size of a block without result and error. */
    private static final int BLOCK_BYTES = 256;

    int bytes() {
        return BLOCK_BYTES + outcome.result().length() + 3 * outcome.error().length();
    }

    /** @param worker index of the worker in the call, from 1 */
    MessagePack block(int worker) {
        return new MessagePack()
                .put("id", attempt.id())
                .put("attempt", String.valueOf(attempt.number()))
                .put("worker", worker)
                .put("outcome", outcome.kind())
                .put("contentType", outcome.contentType())
                .put("error", outcome.error())
                .put("span", Attempt.text(span))
                .putIfTrue("more", more);
    }
}
