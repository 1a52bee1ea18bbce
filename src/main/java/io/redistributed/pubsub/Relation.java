package io.redistributed.pubsub;

/**
 * How the consumer's span relates to the sender's.
 *
 * @since 0.1.0
 */
public enum Relation {
    /** A child of the sender's span, so the sampler is told whether the sender's is sampled. The default. */
    PARENT,

    /**
     * The root of a new trace, with a link to the sender's span: the trust boundary. It is sampled by our own sampler
     * alone, which is not told of the sender. The sender's baggage and tracestate are dropped unless
     * {@link ChannelPolicy#baggage} lets them through: then the baggage is current, and the tracestate is the link's.
     */
    LINK,

    /** A child of the sender's span, sampled as with {@link #PARENT}, and linked to it. */
    BOTH,

    /** No span of our own, so no sampling either; the sender's context is current while the handler runs. */
    PROPAGATE,

    /** The header is taken off, nothing else: no span, no context. */
    OFF
}
