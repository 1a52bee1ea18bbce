package io.redistributed.queue;

/** Thrown when the idempotency key was used before for another request. Nothing was stored. */
public final class IdempotencyConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IdempotencyConflictException(String reportId) {
        super(
                "the idempotency key was used for report " + reportId + ", which another request made; use a new key",
                null,
                false,
                false);
    }
}
