package io.redistributed.pubsub;

import io.redistributed.context.WireFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Configures how messages of some channels are traced. Readers accept every format, so tracing can be rolled out
 * readers first: deploy everywhere with {@link WireFormat#NONE}, then enable writing.
 *
 * @param channels glob over channel (or destination) names: {@code *} any characters, {@code ?} one
 * @param write the header that publishers write
 * @param relation how the consumer's span relates to the sender's
 * @param baggage whether consumers propagate the sender's baggage and tracestate; ignored with {@link Relation#OFF}
 * @since 0.1.0
 */
public record ChannelPolicy(String channels, WireFormat write, Relation relation, boolean baggage) {

    /** {@link WireFormat#NONE} and {@link Relation#PARENT} for every channel: reads both formats and writes none. */
    public static final ChannelPolicy READ_ONLY = new ChannelPolicy("*", WireFormat.NONE, Relation.PARENT);

    /** {@link WireFormat#BINARY} and {@link Relation#PARENT} for every channel. */
    public static final ChannelPolicy BINARY = new ChannelPolicy("*", WireFormat.BINARY, Relation.PARENT);

    /**
     * Checks that no value is null.
     *
     * @param channels glob over channel (or destination) names
     * @param write the header that publishers write
     * @param relation how the consumer's span relates to the sender's
     * @param baggage whether consumers propagate the sender's baggage and tracestate
     */
    public ChannelPolicy {
        Objects.requireNonNull(channels);
        Objects.requireNonNull(write);
        Objects.requireNonNull(relation);
    }

    /**
     * Creates a policy that propagates baggage and tracestate unless the relation is {@link Relation#LINK}.
     *
     * @param channels glob over channel (or destination) names
     * @param write the header that publishers write
     * @param relation how the consumer's span relates to the sender's
     */
    public ChannelPolicy(String channels, WireFormat write, Relation relation) {
        this(channels, write, relation, relation != Relation.LINK);
    }

    Pattern pattern() {
        String regex = Pattern.quote(channels).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.compile(regex, Pattern.DOTALL);
    }
}
