package io.redistributed.context;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes an envelope's header: the fields in the order of their ids, without those that are unknown or empty. */
final class EnvelopeWriter {

    /** All fields but the two texts: 59 bytes; and the ids and lengths of these: 2 × 3. */
    private static final int LENGTH_WITHOUT_TEXTS = 65;

    private EnvelopeWriter() {}

    static byte[] write(MessageContext context) {
        ByteBuffer fields = fields(context);
        ByteBuffer header = ByteBuffer.allocate(Integer.BYTES + Varint.MAX_LENGTH + fields.remaining());
        header.putInt(Envelope.MAGIC);
        Varint.put(fields.remaining(), header);
        header.put(fields);
        return Arrays.copyOf(header.array(), header.position());
    }

    private static ByteBuffer fields(MessageContext context) {
        byte[] traceState = W3cText.traceState(context.spanContext());
        byte[] baggage = W3cText.baggage(context.baggage());
        ByteBuffer fields = ByteBuffer.allocate(LENGTH_WITHOUT_TEXTS + traceState.length + baggage.length);

        startField(Envelope.TRACE_ID, fields);
        SpanContextBytes.putTraceId(context.spanContext(), fields);
        startField(Envelope.SPAN_ID, fields);
        SpanContextBytes.putSpanId(context.spanContext(), fields);
        startField(Envelope.FLAGS, fields);
        SpanContextBytes.putFlags(context.spanContext(), fields);
        if (context.publishedAtMicros() != 0) {
            startField(Envelope.PUBLISHED_AT, fields);
            fields.putLong(context.publishedAtMicros());
        }
        putText(Envelope.TRACE_STATE, traceState, fields);
        putText(Envelope.BAGGAGE, baggage, fields);
        if (context.messageId() != null) {
            startField(Envelope.MESSAGE_ID, fields);
            fields.putLong(context.messageId().getMostSignificantBits());
            fields.putLong(context.messageId().getLeastSignificantBits());
        }
        return fields.flip();
    }

    private static void putText(byte field, byte[] text, ByteBuffer fields) {
        if (text.length > 0) {
            startField(field, text.length, fields);
            fields.put(text);
        }
    }

    private static void startField(byte field, ByteBuffer fields) {
        startField(field, Envelope.lengthOf(field), fields);
    }

    private static void startField(byte field, int length, ByteBuffer fields) {
        fields.put(field);
        Varint.put(length, fields);
    }
}
