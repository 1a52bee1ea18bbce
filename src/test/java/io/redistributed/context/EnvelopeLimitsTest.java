package io.redistributed.context;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.TraceState;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class EnvelopeLimitsTest {

    private static final byte[] IDS = {
        0, 16, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 8, 2, 2, 2, 2, 2, 2, 2, 2,
    };

    private static final int UNKNOWN = 99;

    @Test
    void readsFieldsOf16KiB() {
        DecodedMessage decoded = TraceCodec.decode(envelopeOf(16 * 1024));

        assertThat(decoded.kind()).isEqualTo(DecodedMessage.Kind.ENVELOPE);
        assertThat(decoded.bodyOffset()).isEqualTo(4 + 3 + 16 * 1024);
        assertThat(decoded.bodyLength()).isZero();
    }

    @Test
    void longerFieldsAreMalformed() {
        assertThat(TraceCodec.decode(envelopeOf(16 * 1024 + 1)).kind()).isEqualTo(DecodedMessage.Kind.MALFORMED);
    }

    @Test
    void writesTraceStateOf512Bytes() {
        TraceState longest = traceStateOf(512);

        assertThat(roundTrip(longest, Baggage.empty()).spanContext().getTraceState())
                .isEqualTo(longest);
    }

    @Test
    void omitsTraceStateThatReadersDrop() {
        // OpenTelemetry accepts vendors that begin with a digit, W3C does not.
        TraceState traceState = TraceState.builder().put("tenant@1vendor", "a").build();
        assertThat(traceState.isEmpty()).isFalse();

        assertThat(TraceCodec.header(WireFormat.ENVELOPE, TraceCodecTest.context(traceState, Baggage.empty())))
                .isEqualTo(TraceCodec.header(
                        WireFormat.ENVELOPE, TraceCodecTest.context(TraceState.getDefault(), Baggage.empty())));
    }

    @Test
    void omitsLongerTraceState() {
        DecodedMessage decoded = roundTrip(traceStateOf(513), Baggage.empty());

        assertThat(decoded.kind()).isEqualTo(DecodedMessage.Kind.ENVELOPE);
        assertThat(decoded.spanContext().getTraceState()).isEqualTo(TraceState.getDefault());
    }

    @Test
    void writesBaggageOf8192Bytes() {
        Baggage longest = baggageOf(8192);

        assertThat(roundTrip(TraceState.getDefault(), longest).baggage()).isEqualTo(longest);
    }

    @Test
    void omitsLongerBaggage() {
        DecodedMessage decoded = roundTrip(TraceState.getDefault(), baggageOf(8193));

        assertThat(decoded.kind()).isEqualTo(DecodedMessage.Kind.ENVELOPE);
        assertThat(decoded.baggage()).isEqualTo(Baggage.empty());
    }

    @Test
    void longestHeaderHas8775Bytes() {
        MessageContext largest = TraceCodecTest.context(traceStateOf(512), baggageOf(8192));

        assertThat(TraceCodec.header(WireFormat.ENVELOPE, largest)).hasSize(8775);
    }

    @Test
    void readerDropsLongTraceStateOrBaggage() {
        assertThat(read(4, "k=" + "v".repeat(200) + ",l=" + "v".repeat(200) + ",m=" + "v".repeat(104))
                        .spanContext()
                        .getTraceState()
                        .size())
                .isEqualTo(3);
        assertThat(read(4, "k=" + "v".repeat(200) + ",l=" + "v".repeat(200) + ",m=" + "v".repeat(105))
                        .spanContext()
                        .getTraceState())
                .isEqualTo(TraceState.getDefault());
        assertThat(read(5, "k=" + "v".repeat(8190)).baggage().size()).isEqualTo(1);
        assertThat(read(5, "k=" + "v".repeat(8191)).baggage()).isEqualTo(Baggage.empty());
    }

    @Test
    void omitsBaggageWithoutUtf8Form() {
        DecodedMessage decoded = roundTrip(
                TraceState.getDefault(), Baggage.builder().put("half", "\uD83D").build());

        assertThat(decoded.kind()).isEqualTo(DecodedMessage.Kind.ENVELOPE);
        assertThat(decoded.baggage()).isEqualTo(Baggage.empty());
    }

    private static DecodedMessage roundTrip(TraceState traceState, Baggage baggage) {
        return TraceCodec.decode(TraceCodec.header(WireFormat.ENVELOPE, TraceCodecTest.context(traceState, baggage)));
    }

    /** An envelope with the ids and one text. */
    private static DecodedMessage read(int field, String text) {
        ByteBuffer fields = ByteBuffer.allocate(9000).put(IDS);
        putField(field, text.getBytes(US_ASCII), fields);
        return TraceCodec.decode(envelope(fields));
    }

    /** An envelope whose fields have this length. */
    private static byte[] envelopeOf(int length) {
        ByteBuffer fields = ByteBuffer.allocate(length).put(IDS);
        putField(UNKNOWN, new byte[length - IDS.length - 4], fields);
        return envelope(fields);
    }

    private static byte[] envelope(ByteBuffer fields) {
        ByteBuffer message = ByteBuffer.allocate(4 + 3 + fields.position()).putInt(0xF7524401);
        putLength(fields.position(), message);
        return message.put(fields.flip()).array();
    }

    private static void putField(int field, byte[] value, ByteBuffer out) {
        out.put((byte) field);
        putLength(value.length, out);
        out.put(value);
    }

    /** A varint of three bytes, padded if need be. */
    private static void putLength(int length, ByteBuffer out) {
        out.put((byte) (length | 0x80)).put((byte) (length >> 7 | 0x80)).put((byte) (length >> 14));
    }

    private static TraceState traceStateOf(int textLength) {
        return TraceState.builder()
                .put("k", "v".repeat(255))
                .put("l", "v".repeat(textLength - "k=".length() - 255 - ",l=".length()))
                .build();
    }

    private static Baggage baggageOf(int textLength) {
        return Baggage.builder()
                .put("k", "v".repeat(textLength - "k=".length()))
                .build();
    }
}
