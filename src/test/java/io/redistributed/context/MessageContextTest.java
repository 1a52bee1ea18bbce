package io.redistributed.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import org.junit.jupiter.api.Test;

class MessageContextTest {

    @Test
    void capturesSpanAndBaggage() {
        SpanContext spanContext = SpanContext.create(
                "4bf92f3577b34da6a3ce929d000e4736",
                "34f067aa0ba902b7",
                TraceFlags.getDefault(),
                TraceState.getDefault());
        Baggage baggage = Baggage.builder().put("user", "ann").build();

        assertThat(MessageContext.of(Context.root().with(Span.wrap(spanContext)).with(baggage)))
                .isEqualTo(new MessageContext(spanContext, baggage, 0, null));
    }

    @Test
    void writesNothingWithoutSpan() {
        MessageContext context = MessageContext.of(Context.root());

        assertThat(TraceCodec.header(WireFormat.BINARY, context)).isEmpty();
        assertThat(TraceCodec.header(WireFormat.ENVELOPE, context)).isEmpty();
    }

    @Test
    void rejectsTimeBeforeEpoch() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MessageContext(SpanContext.getInvalid(), Baggage.empty(), -1, null))
                .withMessageContaining("publishedAtMicros is -1");
    }
}
