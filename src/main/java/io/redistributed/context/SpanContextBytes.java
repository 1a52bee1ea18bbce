package io.redistributed.context;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import java.util.HexFormat;

/**
 * Writes and reads a span context as bytes, the same in both formats: ids in the order of their hex digits, and one
 * byte of flags with the sampled bit. OpenCensus defines no other bit, and W3C requires writers to clear unknown ones.
 */
final class SpanContextBytes {

    private static final int SAMPLED = 1;

    private SpanContextBytes() {}

    static SpanContext remote(long traceIdHigh, long traceIdLow, long spanId, byte flags, TraceState traceState) {
        return SpanContext.createFromRemoteParent(
                TraceId.fromLongs(traceIdHigh, traceIdLow),
                SpanId.fromLong(spanId),
                (flags & SAMPLED) != 0 ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                traceState);
    }

    /** Returns the next index, like the methods below. */
    static int putTraceId(SpanContext spanContext, byte[] out, int at) {
        String traceId = spanContext.getTraceId();
        int middle = BigEndian.putLong(HexFormat.fromHexDigitsToLong(traceId, 0, 16), out, at);
        return BigEndian.putLong(HexFormat.fromHexDigitsToLong(traceId, 16, 32), out, middle);
    }

    static int putSpanId(SpanContext spanContext, byte[] out, int at) {
        return BigEndian.putLong(HexFormat.fromHexDigitsToLong(spanContext.getSpanId()), out, at);
    }

    static int putFlags(SpanContext spanContext, byte[] out, int at) {
        out[at] = (byte) (spanContext.getTraceFlags().asByte() & SAMPLED);
        return at + 1;
    }
}
