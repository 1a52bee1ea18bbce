package io.redistributed.queue;

import io.opentelemetry.api.trace.SpanContext;

/**
 * Holds the arguments of {@code finish.lua} for one attempt.
 *
 * @param typeSet the worker's, as its latest heartbeat told it
 * @param more whether the worker takes another report
 */
record EndedAttempt(
        String worker, String typeSet, Attempt attempt, AttemptOutcome outcome, SpanContext span, boolean more) {

    /** About how many bytes its block has beside the result. */
    private static final int BLOCK_BYTES = 256;

    int bytes() {
        return BLOCK_BYTES + outcome.result().length() + 3 * outcome.error().length();
    }

    /** @param worker which of the call's workers, from 1 */
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
