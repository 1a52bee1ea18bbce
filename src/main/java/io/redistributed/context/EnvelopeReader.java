package io.redistributed.context;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads one envelope. The package description defines when it is malformed. */
final class EnvelopeReader {

    private final ByteBuffer message;

    private int fieldsSeen;
    private long traceIdHigh;
    private long traceIdLow;
    private long spanId;
    private byte flags;
    private long publishedAtMicros;
    private TraceState traceState = TraceState.getDefault();
    private Baggage baggage = Baggage.empty();
    private @Nullable UUID messageId;

    /** @param message message that starts with {@link Envelope#MAGIC} */
    EnvelopeReader(ByteBuffer message) {
        this.message = message;
    }

    DecodedMessage read() {
        ByteBuffer in = message.duplicate().position(Integer.BYTES);
        int length = Varint.read(in);
        if (length < 0 || length > Envelope.MAX_FIELDS_LENGTH || length > in.remaining()) {
            return DecodedMessage.malformed(message);
        }
        in.limit(in.position() + length);
        if (!readFields(in) || (traceIdHigh | traceIdLow) == 0 || spanId == 0) {
            return DecodedMessage.malformed(message);
        }
        SpanContext spanContext = SpanContextBytes.remote(traceIdHigh, traceIdLow, spanId, flags, traceState);
        MessageContext context = new MessageContext(spanContext, baggage, publishedAtMicros, messageId);
        return DecodedMessage.traced(DecodedMessage.Kind.ENVELOPE, context, message, in.limit());
    }

    /**
     * Returns false if the fields do not fill {@code in} exactly, or a known field is repeated or has a wrong length.
     */
    private boolean readFields(ByteBuffer in) {
        while (in.hasRemaining()) {
            byte field = in.get();
            int length = Varint.read(in);
            if (length < 0 || length > in.remaining()) {
                return false;
            }
            if (Envelope.isKnown(field) && !(isFirst(field) && isRightLength(field, length))) {
                return false;
            }
            readValue(field, length, in);
        }
        return true;
    }

    private boolean isFirst(byte field) {
        int before = fieldsSeen;
        fieldsSeen |= 1 << field;
        return fieldsSeen != before;
    }

    private static boolean isRightLength(byte field, int length) {
        int right = Envelope.lengthOf(field);
        return right == Envelope.ANY_LENGTH || right == length;
    }

    private void readValue(byte field, int length, ByteBuffer in) {
        switch (field) {
            case Envelope.TRACE_ID -> {
                traceIdHigh = in.getLong();
                traceIdLow = in.getLong();
            }
            case Envelope.SPAN_ID -> spanId = in.getLong();
            case Envelope.FLAGS -> flags = in.get();
            case Envelope.PUBLISHED_AT -> publishedAtMicros = Math.max(0, in.getLong());
            case Envelope.TRACE_STATE -> traceState = TraceStateText.parse(text(length, in));
            case Envelope.BAGGAGE -> baggage = BaggageText.parse(text(length, in));
            case Envelope.MESSAGE_ID -> messageId = new UUID(in.getLong(), in.getLong());
            default -> in.position(in.position() + length);
        }
    }

    private static byte[] text(int length, ByteBuffer in) {
        byte[] text = new byte[length];
        in.get(text);
        return text;
    }
}
