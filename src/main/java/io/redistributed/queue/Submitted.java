package io.redistributed.queue;

/**
 * Names a stored report: a new one, or the one of an earlier request with the same idempotency key.
 *
 * @param traceId trace of the request, 32 hex digits; empty if it was not traced
 * @param isNew whether this request stored the report
 */
public record Submitted(String id, String traceId, boolean isNew) {}
