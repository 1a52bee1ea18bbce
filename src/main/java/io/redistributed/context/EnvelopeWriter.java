package io.redistributed.context;

import io.opentelemetry.api.trace.SpanContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes an envelope's header: the fields in the order of their ids, without unknown or empty ones. */
final class EnvelopeWriter {

    private EnvelopeWriter() {}

    /** Returns a new array of header and {@code payload}. */
    static byte[] before(byte[] payload, MessageContext context) {
        byte[] traceState = TraceStateText.write(context.spanContext().getTraceState());
        byte[] baggage = BaggageText.write(context.baggage());
        int fieldsLength = lengthOf(context) + lengthOf(traceState) + lengthOf(baggage);
        int headerLength = Integer.BYTES + Varint.lengthOf(fieldsLength) + fieldsLength;

        byte[] message = new byte[headerLength + payload.length];
        int at = BigEndian.putInt(Envelope.MAGIC, message, 0);
        at = Varint.put(fieldsLength, message, at);
        at = putSpan(context.spanContext(), message, at);
        at = putPublishedAt(context.publishedAtMicros(), message, at);
        at = putText(Envelope.TRACE_STATE, traceState, message, at);
        at = putText(Envelope.BAGGAGE, baggage, message, at);
        at = putMessageId(context.messageId(), message, at);
        System.arraycopy(payload, 0, message, at, payload.length);
        return message;
    }

    /** Returns the length of all fields except the two texts. */
    private static int lengthOf(MessageContext context) {
        int length = lengthOf(Envelope.TRACE_ID) + lengthOf(Envelope.SPAN_ID) + lengthOf(Envelope.FLAGS);
        if (context.publishedAtMicros() != 0) {
            length += lengthOf(Envelope.PUBLISHED_AT);
        }
        if (context.messageId() != null) {
            length += lengthOf(Envelope.MESSAGE_ID);
        }
        return length;
    }

    private static int lengthOf(byte field) {
        return 2 + Envelope.lengthOf(field);
    }

    private static int lengthOf(byte[] text) {
        return text.length == 0 ? 0 : 1 + Varint.lengthOf(text.length) + text.length;
    }

    private static int putSpan(SpanContext spanContext, byte[] out, int start) {
        int at = startField(Envelope.TRACE_ID, out, start);
        at = SpanContextBytes.putTraceId(spanContext, out, at);
        at = startField(Envelope.SPAN_ID, out, at);
        at = SpanContextBytes.putSpanId(spanContext, out, at);
        at = startField(Envelope.FLAGS, out, at);
        return SpanContextBytes.putFlags(spanContext, out, at);
    }

    private static int putPublishedAt(long micros, byte[] out, int at) {
        return micros == 0 ? at : BigEndian.putLong(micros, out, startField(Envelope.PUBLISHED_AT, out, at));
    }

    private static int putMessageId(@Nullable UUID id, byte[] out, int start) {
        if (id == null) {
            return start;
        }
        int at = startField(Envelope.MESSAGE_ID, out, start);
        at = BigEndian.putLong(id.getMostSignificantBits(), out, at);
        return BigEndian.putLong(id.getLeastSignificantBits(), out, at);
    }

    private static int putText(byte field, byte[] text, byte[] out, int start) {
        if (text.length == 0) {
            return start;
        }
        int at = startField(field, text.length, out, start);
        System.arraycopy(text, 0, out, at, text.length);
        return at + text.length;
    }

    private static int startField(byte field, byte[] out, int at) {
        return startField(field, Envelope.lengthOf(field), out, at);
    }

    private static int startField(byte field, int length, byte[] out, int at) {
        out[at] = field;
        return Varint.put(length, out, at + 1);
    }
}
