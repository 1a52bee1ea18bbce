package io.redistributed.pubsub;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.redistributed.context.DecodedMessage;

/**
 * Holds the part of the sender's context that a channel's policy propagates.
 *
 * @param span the sender's span; invalid if the message is untraced
 */
record SenderContext(SpanContext span, Baggage baggage) {

    static SenderContext of(DecodedMessage message, ChannelPolicy policy) {
        SpanContext span = message.spanContext();
        return policy.baggage()
                ? new SenderContext(span, message.baggage())
                : new SenderContext(withoutState(span), Baggage.empty());
    }

    /** Returns the parent context of the consumer's span, or the current context if there is no span. */
    Context parent(Relation relation) {
        return switch (relation) {
            case PARENT, BOTH, PROPAGATE ->
                withBaggage(span.isValid() ? Context.root().with(Span.wrap(span)) : Context.root());
            case LINK -> withBaggage(Context.root());
            case OFF -> Context.root();
        };
    }

    private Context withBaggage(Context context) {
        return baggage.isEmpty() ? context : context.with(baggage);
    }

    private static SpanContext withoutState(SpanContext span) {
        return span.getTraceState().isEmpty()
                ? span
                : SpanContext.createFromRemoteParent(
                        span.getTraceId(), span.getSpanId(), span.getTraceFlags(), TraceState.getDefault());
    }
}
