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
        MessagePack block = new MessagePack().put("id", attempt.id()).put("attempt", String.valueOf(attempt.number()));
        if (worker > 1) {
            block.put("worker", worker);
        }
        // A report that is simply done is decoded for each call, so it names little.
        return block.putUnlessEmpty("outcome", outcome.isDone() ? "" : outcome.kind())
                .putUnlessEmpty("contentType", outcome.contentType())
                .putUnlessEmpty("error", outcome.error())
                .putUnlessEmpty("span", Attempt.text(span));
    }
}
