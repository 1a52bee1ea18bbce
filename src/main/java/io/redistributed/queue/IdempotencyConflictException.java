package io.redistributed.queue;

/** The idempotency key was used before, for another request; nothing was stored. */
public final class IdempotencyConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IdempotencyConflictException(String reportId) {
        super(
                "the idempotency key made report " + reportId + " before, from another request; use a new key",
                null,
                false,
                false);
    }
}
