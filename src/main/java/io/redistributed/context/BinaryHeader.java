package io.redistributed.context;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import java.nio.ByteBuffer;

/**
 * Reads and writes {@link WireFormat#BINARY}: version 0 of OpenCensus BinaryEncoding, with the three fields in the
 * order of their ids, like all its implementations.
 */
final class BinaryHeader {

    private static final int LENGTH = 29;
    private static final byte VERSION = 0;
    private static final byte TRACE_ID = 0;
    private static final byte SPAN_ID = 1;
    private static final byte FLAGS = 2;

    private BinaryHeader() {}

    static boolean isAtStartOf(ByteBuffer message) {
        return message.limit() >= LENGTH
                && message.get(0) == VERSION
                && message.get(1) == TRACE_ID
                && message.get(18) == SPAN_ID
                && message.get(27) == FLAGS
                && (message.getLong(2) | message.getLong(10)) != 0
                && message.getLong(19) != 0;
    }

    /** @param message message that starts with this header */
    static DecodedMessage read(ByteBuffer message) {
        SpanContext spanContext = SpanContextBytes.remote(
                message.getLong(2), message.getLong(10), message.getLong(19), message.get(28), TraceState.getDefault());
        MessageContext context = new MessageContext(spanContext, Baggage.empty(), 0, null);
        return DecodedMessage.traced(DecodedMessage.Kind.BINARY, context, message, LENGTH);
    }

    /** Returns a new array of header and {@code payload}. */
    static byte[] before(byte[] payload, SpanContext spanContext) {
        byte[] message = new byte[LENGTH + payload.length];
        message[0] = VERSION;
        message[1] = TRACE_ID;
        SpanContextBytes.putTraceId(spanContext, message, 2);
        message[18] = SPAN_ID;
        SpanContextBytes.putSpanId(spanContext, message, 19);
        message[27] = FLAGS;
        SpanContextBytes.putFlags(spanContext, message, 28);
        System.arraycopy(payload, 0, message, LENGTH, payload.length);
        return message;
    }
}
