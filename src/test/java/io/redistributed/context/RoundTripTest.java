package io.redistributed.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.LongArbitrary;

class RoundTripTest {

    @Property
    void binaryGivesBackIdsSampledBitAndPayload(
            @ForAll("contexts") MessageContext context, @ForAll("payloads") byte[] payload) {
        DecodedMessage decoded = TraceCodec.decode(TraceCodec.encode(WireFormat.BINARY, context, payload));

        assertThat(decoded.kind()).isEqualTo(DecodedMessage.Kind.BINARY);
        assertThat(decoded.bodyOffset()).isEqualTo(29);
        assertThat(Messages.bodyOf(decoded)).isEqualTo(payload);
        assertThat(Messages.contextOf(decoded))
                .isEqualTo(new MessageContext(
                        received(context.spanContext(), TraceState.getDefault()), Baggage.empty(), 0, null));
    }

    @Property
    void envelopeGivesBackEverything(@ForAll("contexts") MessageContext context, @ForAll("payloads") byte[] payload) {
        DecodedMessage decoded = TraceCodec.decode(TraceCodec.encode(WireFormat.ENVELOPE, context, payload));

        assertThat(decoded.kind()).isEqualTo(DecodedMessage.Kind.ENVELOPE);
        assertThat(Messages.bodyOf(decoded)).isEqualTo(payload);
        assertThat(Messages.contextOf(decoded))
                .isEqualTo(new MessageContext(
                        received(context.spanContext(), context.spanContext().getTraceState()),
                        context.baggage(),
                        context.publishedAtMicros(),
                        context.messageId()));
    }

    @Property
    void truncatedHeaderIsUntraced(
            @ForAll("contexts") MessageContext context, @ForAll("written") WireFormat format, @ForAll int at) {
        byte[] header = TraceCodec.header(format, context);
        byte[] message = Arrays.copyOf(header, Math.floorMod(at, header.length));

        DecodedMessage decoded = TraceCodec.decode(message);

        assertThat(decoded.kind()).isIn(DecodedMessage.Kind.UNTRACED, DecodedMessage.Kind.MALFORMED);
        assertThat(decoded.spanContext()).isEqualTo(SpanContext.getInvalid());
        assertThat(Messages.bodyOf(decoded)).isEqualTo(message);
    }

    private static SpanContext received(SpanContext sent, TraceState traceState) {
        return SpanContext.createFromRemoteParent(
                sent.getTraceId(),
                sent.getSpanId(),
                sent.isSampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                traceState);
    }

    @Provide
    Arbitrary<WireFormat> written() {
        return Arbitraries.of(WireFormat.BINARY, WireFormat.ENVELOPE);
    }

    @Provide
    Arbitrary<byte[]> payloads() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(20_000);
    }

    @Provide
    Arbitrary<MessageContext> contexts() {
        LongArbitrary publishedAt = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<UUID> messageIds =
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
        return Combinators.combine(spanContexts(), baggages(), publishedAt, messageIds.injectNull(0.2))
                .as(MessageContext::new);
    }

    private static Arbitrary<SpanContext> spanContexts() {
        Arbitrary<Long> nonZero = Arbitraries.longs().filter(id -> id != 0);
        Arbitrary<String> traceIds =
                Combinators.combine(Arbitraries.longs(), nonZero).as(TraceId::fromLongs);
        Arbitrary<TraceFlags> flags = Arbitraries.bytes().map(TraceFlags::fromByte);
        return Combinators.combine(traceIds, nonZero.map(SpanId::fromLong), flags, traceStates())
                .as(SpanContext::create);
    }

    /** Up to 8 × (20 + 1 + 40) bytes and 7 commas: within the 512 that are written. */
    private static Arbitrary<TraceState> traceStates() {
        Arbitrary<String> keys = Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .withChars("_-*/")
                .ofMaxLength(19)
                .map(tail -> "k" + tail);
        Arbitrary<String> values = Arbitraries.strings()
                .withCharRange(' ', '~')
                .excludeChars(',', '=')
                .ofMaxLength(39)
                .map(head -> head + "v");
        return Arbitraries.maps(keys, values).ofMaxSize(8).map(RoundTripTest::traceState);
    }

    /** Up to 5 × (20 + 1 + 60 × 12 + 1 + 60) bytes and 4 commas: within the 8192 that are written. */
    private static Arbitrary<Baggage> baggages() {
        Arbitrary<String> keys = Arbitraries.strings()
                .alpha()
                .numeric()
                .withChars("!#$%&'*+-.^_`|~")
                .ofMinLength(1)
                .ofMaxLength(20);
        Arbitrary<String> text = Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(codePoint -> codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE)
                .list()
                .ofMinSize(1)
                .ofMaxSize(60)
                .map(codePoints -> codePoints.stream()
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
        Arbitrary<String> properties =
                Arbitraries.strings().alpha().numeric().withChars("=;%-_.").ofMaxLength(60);
        Arbitrary<Map.Entry<String, String>> values = Combinators.combine(text, properties.injectNull(0.5))
                .as((value, metadata) -> Map.entry(value, metadata == null ? "" : metadata));
        return Arbitraries.maps(keys, values).ofMaxSize(5).map(RoundTripTest::baggage);
    }

    private static TraceState traceState(Map<String, String> members) {
        TraceStateBuilder traceState = TraceState.builder();
        members.forEach(traceState::put);
        return traceState.build();
    }

    private static Baggage baggage(Map<String, Map.Entry<String, String>> members) {
        BaggageBuilder baggage = Baggage.builder();
        members.forEach(
                (key, value) -> baggage.put(key, value.getKey(), BaggageEntryMetadata.create(value.getValue())));
        return baggage.build();
    }
}
