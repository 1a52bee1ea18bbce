package io.redistributed.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.trace.TraceState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random bytes, bytes that begin like a header, and mutated headers. Assertions are plain comparisons, as there are
 * millions of them; a failure names the seed and the message.
 */
class RandomInputTest {

    private static final int INPUTS_OF_EACH_SORT = 500_000;
    private static final byte[] MAGIC = {(byte) 0xF7, 0x52, 0x44, 1};
    private static final int[] FIELD_LENGTHS = {16, 8, 1, 8, 5, 5, 16};

    private final byte[][] headers = {
        TraceCodec.header(WireFormat.BINARY, TraceCodecTest.context(TraceState.getDefault(), Baggage.empty())),
        TraceCodec.header(WireFormat.ENVELOPE, TraceCodecTest.context(TraceState.getDefault(), Baggage.empty())),
        TraceCodec.header(
                WireFormat.ENVELOPE,
                TraceCodecTest.context(
                        TraceState.builder()
                                .put("rojo", "1")
                                .put("t@congo", "2")
                                .build(),
                        Baggage.builder()
                                .put("user", "Amélie")
                                .put("retry", "no", BaggageEntryMetadata.create("ttl=30"))
                                .build())),
    };

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Map<DecodedMessage.Kind, Integer> seen = new EnumMap<>(DecodedMessage.Kind.class);

    @Test
    void anyInputIsDecodedWithBodyUnchanged() {
        for (int i = 0; i < INPUTS_OF_EACH_SORT; i++) {
            check(bytes(random.nextInt(64)));
            check(framedLikeBinary());
            check(framedLikeAnEnvelope());
            check(mutatedHeader());
        }
        assertThat(seen).as("kinds seen, seed %d", seed).hasSize(DecodedMessage.Kind.values().length);
        assertThat(seen.values()).as("seed %d", seed).isNotEmpty().allMatch(count -> count > INPUTS_OF_EACH_SORT / 10);
    }

    private void check(byte[] message) {
        try {
            DecodedMessage decoded = TraceCodec.decode(message);
            seen.merge(decoded.kind(), 1, Integer::sum);
            check(decoded, message);
            // It writes text for people, which takes its time.
            if (random.nextInt(16) == 0) {
                check(HeaderDiagnosis.of(message), decoded, message);
            }
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ", message " + HexFormat.of().formatHex(message), e);
        }
    }

    private static void check(DecodedMessage decoded, byte[] message) {
        boolean traced = decoded.kind() == DecodedMessage.Kind.BINARY || decoded.kind() == DecodedMessage.Kind.ENVELOPE;
        int offset = decoded.bodyOffset();
        require(decoded.kind() == expectedKind(message, traced), "kind " + decoded.kind());
        require(decoded.spanContext().isValid() == traced, "span context " + decoded.spanContext());
        require(traced ? offset > 0 && offset <= message.length : offset == 0, "body offset " + offset);
        require(offset + decoded.bodyLength() == message.length, "body length " + decoded.bodyLength());
        require(decoded.body().equals(ByteBuffer.wrap(message, offset, message.length - offset)), "body");
    }

    private static void check(HeaderDiagnosis diagnosis, DecodedMessage decoded, byte[] message) {
        require(diagnosis.fault().isEmpty() == decoded.spanContext().isValid(), "fault " + diagnosis.fault());
        require(diagnosis.fault().stream().allMatch(fault -> fault.offset() <= message.length), "offset of the fault");
    }

    /** The expected kind by the first bytes; whether an envelope is well-formed is taken from the codec. */
    private static DecodedMessage.Kind expectedKind(byte[] message, boolean traced) {
        if (message.length >= 4 && Arrays.equals(message, 0, 4, MAGIC, 0, 4)) {
            return traced ? DecodedMessage.Kind.ENVELOPE : DecodedMessage.Kind.MALFORMED;
        }
        boolean binary = message.length >= 29
                && message[0] == 0
                && message[1] == 0
                && message[18] == 1
                && message[27] == 2
                && !isZero(message, 2, 18)
                && !isZero(message, 19, 27);
        return binary ? DecodedMessage.Kind.BINARY : DecodedMessage.Kind.UNTRACED;
    }

    private static boolean isZero(byte[] message, int from, int to) {
        return Arrays.equals(message, from, to, new byte[to - from], 0, to - from);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** 28 to 39 bytes; often with an id of zeros, or another byte in the frame. */
    private byte[] framedLikeBinary() {
        byte[] message = bytes(28 + random.nextInt(12));
        message[0] = 0;
        message[1] = 0;
        message[18] = 1;
        message[27] = 2;
        switch (random.nextInt(8)) {
            case 0 -> Arrays.fill(message, 2, 18, (byte) 0);
            case 1 -> Arrays.fill(message, 19, 27, (byte) 0);
            case 2 -> message[random.nextInt(28)] = 0;
            default -> {}
        }
        return message;
    }

    /** Fields in random order, some unknown, some twice or not at all, some lengths off by one. */
    private byte[] framedLikeAnEnvelope() {
        ByteBuffer fields = ByteBuffer.allocate(400);
        if (random.nextInt(4) > 0) {
            putField(0, 16, fields);
            putField(1, 8, fields);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            int field = random.nextInt(FIELD_LENGTHS.length + 2);
            int length = field < FIELD_LENGTHS.length ? FIELD_LENGTHS[field] : random.nextInt(30);
            putField(field, random.nextInt(8) == 0 ? length + 1 : length, fields);
        }
        int n = fields.position() + (random.nextInt(8) == 0 ? random.nextInt(5) - 2 : 0);
        ByteBuffer message = ByteBuffer.allocate(500).put(MAGIC);
        message.put((byte) (n | 0x80)).put((byte) (n >> 7)).put(fields.flip()).put(bytes(random.nextInt(20)));
        return Arrays.copyOf(message.array(), message.position());
    }

    private void putField(int field, int length, ByteBuffer out) {
        out.put((byte) field).put((byte) length).put(bytes(length));
    }

    private byte[] mutatedHeader() {
        byte[] header = headers[random.nextInt(headers.length)];
        byte[] message = Arrays.copyOf(header, header.length + random.nextInt(20));
        for (int i = random.nextInt(4); i > 0 && message.length > 0; i--) {
            message = mutated(message, random.nextInt(message.length));
        }
        return message;
    }

    private byte[] mutated(byte[] message, int at) {
        switch (random.nextInt(4)) {
            case 0 -> {
                message[at] ^= (byte) (1 << random.nextInt(8));
                return message;
            }
            case 1 -> {
                message[at] = (byte) random.nextInt();
                return message;
            }
            case 2 -> {
                return Arrays.copyOf(message, at);
            }
            default -> {
                byte[] longer = Arrays.copyOf(message, message.length + 1);
                System.arraycopy(message, at, longer, at + 1, message.length - at);
                return longer;
            }
        }
    }
}
