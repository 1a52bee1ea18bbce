package io.redistributed.pubsub;

/**
 * Selects how the consumer's span relates to the sender's.
 *
 * @since 0.1.0
 */
public enum Relation {
    /** A child of the sender's span; the sampler sees the sender's sampling decision. The default. */
    PARENT,

    /**
     * The root of a new trace with a link to the sender's span, for use at a trust boundary. The local sampler decides
     * without the sender's context. The sender's baggage and tracestate are dropped unless
     * {@link ChannelPolicy#baggage} is true: then the baggage is current, and the link has the tracestate.
     */
    LINK,

    /** A child of the sender's span, sampled as with {@link #PARENT}, and linked to it. */
    BOTH,

    /** No consumer span and no sampling; the sender's context is current while the handler runs. */
    PROPAGATE,

    /** No span and no context; the header is only stripped. */
    OFF
}
