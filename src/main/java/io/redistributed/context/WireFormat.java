package io.redistributed.context;

/**
 * Selects the header that a sender writes; the byte layouts are in the
 * {@linkplain io.redistributed.context package description}. Readers accept every format, so only the sender configures
 * it.
 *
 * @since 0.1.0
 */
public enum WireFormat {
    /**
     * 29 bytes, OpenCensus BinaryEncoding v0: trace id, span id and the sampled flag, without tracestate and baggage.
     */
    BINARY,

    /** Starts with a magic number, and also carries publish time, tracestate, baggage and message id. */
    ENVELOPE,

    /** No header: the message is the payload. */
    NONE
}
