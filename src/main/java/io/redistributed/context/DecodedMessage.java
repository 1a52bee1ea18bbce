package io.redistributed.context;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a received message: the decoded header and the position of the body. Immutable; a view of the received bytes.
 *
 * @since 0.1.0
 */
public final class DecodedMessage {

    /** Names what the start of the message is. */
    public enum Kind {
        /** A {@link WireFormat#BINARY} header. */
        BINARY,
        /** A {@link WireFormat#ENVELOPE} header. */
        ENVELOPE,
        /** No header: the body is the whole message. */
        UNTRACED,
        /** The first bytes of an envelope, then something else: the body is the whole message. */
        MALFORMED
    }

    private final Kind kind;
    private final MessageContext context;
    private final ByteBuffer message;
    private final int bodyOffset;

    private DecodedMessage(Kind kind, MessageContext context, ByteBuffer message, int bodyOffset) {
        this.kind = kind;
        this.context = context;
        this.message = message;
        this.bodyOffset = bodyOffset;
    }

    static DecodedMessage traced(Kind kind, MessageContext context, ByteBuffer message, int bodyOffset) {
        return new DecodedMessage(kind, context, message, bodyOffset);
    }

    /**
     * Creates a message without a header.
     *
     * @param message from position 0 to its limit
     * @return a message of kind {@link Kind#UNTRACED} with all of it as its body
     */
    public static DecodedMessage untraced(ByteBuffer message) {
        return new DecodedMessage(Kind.UNTRACED, MessageContext.NONE, message, 0);
    }

    static DecodedMessage malformed(ByteBuffer message) {
        return new DecodedMessage(Kind.MALFORMED, MessageContext.NONE, message, 0);
    }

    /** {@return what was found at the start of the message} */
    public Kind kind() {
        return kind;
    }

    /** {@return the sender's span, remote; invalid if and only if the kind is {@code UNTRACED} or {@code MALFORMED}} */
    public SpanContext spanContext() {
        return context.spanContext();
    }

    /** {@return the sender's baggage; empty if it sent none} */
    public Baggage baggage() {
        return context.baggage();
    }

    /** {@return when the message was published, by the sender's clock, µs since the Unix epoch; 0 if unknown} */
    public long publishedAtMicros() {
        return context.publishedAtMicros();
    }

    /** {@return the 16 bytes that identify this message; null if the sender sent none} */
    public @Nullable UUID messageId() {
        return context.messageId();
    }

    /**
     * Returns the context in which to process the message.
     *
     * @param parent base context, such as {@code Context.root()}
     * @return {@code parent} with the sender's span as current span, and the sender's baggage if it sent any
     */
    public Context extractInto(Context parent) {
        Context extracted = spanContext().isValid() ? parent.with(Span.wrap(spanContext())) : parent;
        return baggage().isEmpty() ? extracted : extracted.with(baggage());
    }

    /** {@return the offset of the body from the start of the message, in bytes; 0 without a header} */
    public int bodyOffset() {
        return bodyOffset;
    }

    /** {@return the length of the body in bytes; it ends with the message} */
    public int bodyLength() {
        return message.limit() - bodyOffset;
    }

    /** {@return a new view of the body's bytes, big-endian, position 0; read-only if the message was, sharing its memory} */
    public ByteBuffer body() {
        return message.slice(bodyOffset, bodyLength());
    }

    /** {@return the bytes of the body, in a new array} */
    public byte[] bodyBytes() {
        byte[] bytes = new byte[bodyLength()];
        message.get(bodyOffset, bytes);
        return bytes;
    }

    /** {@return the body as UTF-8; invalid bytes become U+FFFD} */
    public String bodyText() {
        return new String(bodyBytes(), StandardCharsets.UTF_8);
    }
}
