package io.redistributed.queue;

/**
 * A report that is stored.
 *
 * @param traceId the trace of the request that made it, 32 hex digits; empty if it was not traced
 * @param isNew false if the idempotency key had made it before
 */
public record Submitted(String id, String traceId, boolean isNew) {}
