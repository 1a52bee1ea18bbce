package io.redistributed.context;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds the content of a header. {@link WireFormat#BINARY} carries the ids and the sampled bit of {@code spanContext}
 * only, {@link WireFormat#ENVELOPE} all of it. Immutable.
 *
 * @param spanContext the sender's span, with its tracestate; if it is invalid, no header is written
 * @param baggage empty if there is none
 * @param publishedAtMicros when the message was published, µs since the Unix epoch; 0 if unknown
 * @param messageId 16 bytes that identify this message; null if there are none @since 0.1.0
 */
public record MessageContext(
        SpanContext spanContext,
        Baggage baggage,
        long publishedAtMicros,
        @Nullable UUID messageId) {

    static final MessageContext NONE = new MessageContext(SpanContext.getInvalid(), Baggage.empty(), 0, null);

    /**
     * Checks the values.
     *
     * @param spanContext the sender's span; invalid if there is none
     * @param baggage empty if there is none
     * @param publishedAtMicros when the message was published, µs since the Unix epoch; 0 if unknown
     * @param messageId null if it has none
     * @throws IllegalArgumentException if {@code publishedAtMicros} is negative
     * @throws NullPointerException if {@code spanContext} or {@code baggage} is null
     */
    public MessageContext {
        Objects.requireNonNull(spanContext, "spanContext");
        Objects.requireNonNull(baggage, "baggage");
        if (publishedAtMicros < 0) {
            throw new IllegalArgumentException(
                    "publishedAtMicros is " + publishedAtMicros + ", must be µs since the epoch, or 0 if unknown");
        }
    }

    /**
     * Captures a context.
     *
     * @param context such as {@code Context.current()}
     * @return its span and its baggage, with neither publish time nor message id
     */
    public static MessageContext of(Context context) {
        return new MessageContext(Span.fromContext(context).getSpanContext(), Baggage.fromContext(context), 0, null);
    }

    /**
     * Captures a context for a message that is published now.
     *
     * @param context such as {@code Context.current()}
     * @return its span and its baggage, with the time and a new message id
     */
    public static MessageContext now(Context context) {
        return new MessageContext(
                Span.fromContext(context).getSpanContext(),
                Baggage.fromContext(context),
                ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()),
                UUID.randomUUID());
    }
}
