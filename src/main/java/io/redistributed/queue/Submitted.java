package io.redistributed.queue;

/**
 * A report that is stored: a new one, or the one that the same request made before under its idempotency key.
 *
 * @param traceId the trace of the request that made it, 32 hex digits; empty if it was not traced
 */
public record Submitted(String id, String traceId) {}
