package io.redistributed.pubsub;

/** How the consumer's span relates to the sender's. */
public enum Relation {
    /** A child of the sender's span. The default. */
    PARENT,

    /**
     * The root of a new trace, sampled by our own sampler, with a link to the sender's span: the trust boundary. The
     * sender's sampling, tracestate and baggage have no effect here.
     */
    LINK,

    /** A child of the sender's span, and linked to it. */
    BOTH,

    /** No span of our own; the sender's context is current while the handler runs. */
    PROPAGATE,

    /** The header is taken off, nothing else: no span, no context. */
    OFF
}
