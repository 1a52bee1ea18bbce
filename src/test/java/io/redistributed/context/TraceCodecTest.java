package io.redistributed.context;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TraceCodecTest {

    private static final byte[] PAYLOAD = "hello".getBytes(US_ASCII);

    private static final MessageContext CONTEXT = context(
            TraceState.builder().put("rojo", "1").build(),
            Baggage.builder().put("user", "ann").build());

    static Stream<Named<ByteBuffer>> buffers() {
        byte[] message = TraceCodec.encode(WireFormat.ENVELOPE, CONTEXT, PAYLOAD);
        ByteBuffer heap = ByteBuffer.wrap(message);
        ByteBuffer inTheMiddle = ByteBuffer.allocate(message.length + 20).position(7);
        inTheMiddle.put(message).limit(inTheMiddle.position()).position(7);
        ByteBuffer direct = ByteBuffer.allocateDirect(message.length + 3).position(3);
        direct.put(message).position(3);
        return Stream.of(
                Named.of("heap", heap),
                Named.of("heap, from 7", inTheMiddle),
                Named.of("heap, a slice", inTheMiddle.slice()),
                Named.of("heap, little-endian", heap.duplicate().order(ByteOrder.LITTLE_ENDIAN)),
                Named.of("heap, read-only", inTheMiddle.asReadOnlyBuffer()),
                Named.of("direct, from 3", direct),
                Named.of(
                        "direct, read-only, little-endian",
                        direct.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN)));
    }

    @ParameterizedTest
    @MethodSource("buffers")
    void readsEveryKindOfBufferWithoutMovingIt(ByteBuffer message) {
        ByteBuffer before = message.duplicate();

        DecodedMessage decoded = TraceCodec.decode(message);

        assertThat(decoded.kind()).isEqualTo(DecodedMessage.Kind.ENVELOPE);
        assertThat(decoded.spanContext().getTraceId())
                .isEqualTo(CONTEXT.spanContext().getTraceId());
        assertThat(decoded.publishedAtMicros()).isEqualTo(CONTEXT.publishedAtMicros());
        assertThat(decoded.bodyOffset() + decoded.bodyLength()).isEqualTo(message.remaining());
        assertThat(Messages.bodyOf(decoded)).isEqualTo(PAYLOAD);
        assertThat(message.position()).isEqualTo(before.position());
        assertThat(message.limit()).isEqualTo(before.limit());
    }

    @ParameterizedTest
    @MethodSource("buffers")
    void bodyIsIndependentOfBufferPosition(ByteBuffer message) {
        DecodedMessage decoded = TraceCodec.decode(message);

        message.limit(message.position());

        assertThat(Messages.bodyOf(decoded)).isEqualTo(PAYLOAD);
    }

    @Test
    void bodySharesArray() {
        byte[] message = TraceCodec.encode(WireFormat.BINARY, CONTEXT, PAYLOAD);

        ByteBuffer body = TraceCodec.decode(message).body();

        assertThat(body.array()).isSameAs(message);
        assertThat(body.arrayOffset()).isEqualTo(29);
        assertThat(body.remaining()).isEqualTo(PAYLOAD.length);
    }

    @Test
    void bodySharesDirectMemory() {
        ByteBuffer message = ByteBuffer.allocateDirect(40).put(TraceCodec.encode(WireFormat.BINARY, CONTEXT, PAYLOAD));

        ByteBuffer body = TraceCodec.decode(message.flip()).body();
        message.put(29, (byte) 'J');

        assertThat(body.get(0)).isEqualTo((byte) 'J');
    }

    @Test
    void bodyOfReadOnlyMessageIsReadOnly() {
        assertThat(TraceCodec.decode(ByteBuffer.wrap(PAYLOAD).asReadOnlyBuffer())
                        .body()
                        .isReadOnly())
                .isTrue();
    }

    @Test
    void eachBodyHasItsOwnPosition() {
        DecodedMessage decoded = TraceCodec.decode(PAYLOAD);

        decoded.body().get();

        assertThat(decoded.body().remaining()).isEqualTo(PAYLOAD.length);
    }

    @Test
    void returnsPayloadItselfWithoutHeader() {
        assertThat(TraceCodec.encode(WireFormat.NONE, CONTEXT, PAYLOAD)).isSameAs(PAYLOAD);
        assertThat(TraceCodec.encode(WireFormat.BINARY, MessageContext.NONE, PAYLOAD))
                .isSameAs(PAYLOAD);
    }

    @Test
    void extractSetsSenderAsParent() {
        DecodedMessage decoded = TraceCodec.decode(TraceCodec.header(WireFormat.ENVELOPE, CONTEXT));

        Context extracted = decoded.extractInto(Context.root());

        assertThat(Span.fromContext(extracted).getSpanContext()).isEqualTo(decoded.spanContext());
        assertThat(decoded.spanContext().isRemote()).isTrue();
        assertThat(Baggage.fromContext(extracted)).isEqualTo(CONTEXT.baggage());
    }

    @Test
    void extractWithoutBaggageKeepsCurrent() {
        Context parent = Context.root().with(CONTEXT.baggage());

        Context extracted =
                TraceCodec.decode(TraceCodec.header(WireFormat.BINARY, CONTEXT)).extractInto(parent);

        assertThat(Span.fromContext(extracted).getSpanContext().isValid()).isTrue();
        assertThat(Baggage.fromContext(extracted)).isEqualTo(CONTEXT.baggage());
    }

    @Test
    void extractFromUntracedMessageChangesNothing() {
        Context parent = Context.root().with(Span.wrap(CONTEXT.spanContext()));

        assertThat(TraceCodec.decode(PAYLOAD).extractInto(parent)).isSameAs(parent);
    }

    static MessageContext context(TraceState traceState, Baggage baggage) {
        SpanContext spanContext = SpanContext.create(
                "4bf92f3577b34da6a3ce929d000e4736", "34f067aa0ba902b7", TraceFlags.getSampled(), traceState);
        return new MessageContext(spanContext, baggage, 1_767_225_600_123_456L, new UUID(1, 2));
    }
}
