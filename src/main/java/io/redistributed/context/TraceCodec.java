package io.redistributed.context;

import java.nio.ByteBuffer;

/**
 * Encodes and decodes the trace context of messages. Stateless, safe to use from any thread; the byte layouts are in
 * the {@linkplain io.redistributed.context package description}.
 *
 * @since 0.1.0
 */
public final class TraceCodec {

    private static final byte[] NOTHING = {};

    private TraceCodec() {}

    /**
     * Decodes the whole array, see {@link #decode(ByteBuffer)}.
     *
     * @param message header and payload
     * @return the decoded header and body
     */
    public static DecodedMessage decode(byte[] message) {
        return read(ByteBuffer.wrap(message));
    }

    /**
     * Decodes a message of either format. Never throws and never copies the payload: the result is a view of
     * {@code message}, whose bytes must not change while the result is in use.
     *
     * @param message its remaining bytes are the message; heap, direct or read-only, of any byte order; its position
     *     and limit are not moved
     * @return the decoded header and body
     */
    public static DecodedMessage decode(ByteBuffer message) {
        return read(message.slice());
    }

    /**
     * Returns whether a message begins with a header of either format.
     *
     * @param message its remaining bytes are the message; its position and limit are not moved
     * @return true if {@link #decode} finds the sender's context
     */
    public static boolean isTraced(ByteBuffer message) {
        ByteBuffer view = message.slice();
        return BinaryHeader.isAtStartOf(view)
                || Envelope.isAtStartOf(view)
                        && new EnvelopeReader(view).read().spanContext().isValid();
    }

    /** @param message from position 0 to its limit, big-endian */
    private static DecodedMessage read(ByteBuffer message) {
        if (BinaryHeader.isAtStartOf(message)) {
            return BinaryHeader.read(message);
        }
        if (Envelope.isAtStartOf(message)) {
            return new EnvelopeReader(message).read();
        }
        return DecodedMessage.untraced(message);
    }

    /**
     * Returns the header to prepend to the payload: 29 bytes for {@link WireFormat#BINARY}, at most 8775 for {@link
     * WireFormat#ENVELOPE} (36 with ids and flags alone), none for {@link WireFormat#NONE} or if the span context is
     * invalid.
     *
     * @param format format of the header
     * @param context content of the header
     * @return a new array, or an empty one
     */
    public static byte[] header(WireFormat format, MessageContext context) {
        return encode(format, context, NOTHING);
    }

    /**
     * Returns header and payload in a new array, or {@code payload} itself if the header is empty. The array is the
     * only allocation without tracestate and baggage. With an output buffer, avoid this copy by
     * {@code out.put(TraceCodec.header(format, context))}.
     *
     * @param format format of the header
     * @param context content of the header
     * @param payload the message without a header; not changed
     * @return the bytes to publish
     */
    public static byte[] encode(WireFormat format, MessageContext context, byte[] payload) {
        if (!context.spanContext().isValid()) {
            return payload;
        }
        return switch (format) {
            case BINARY -> BinaryHeader.before(payload, context.spanContext());
            case ENVELOPE -> EnvelopeWriter.before(payload, context);
            case NONE -> payload;
        };
    }
}
