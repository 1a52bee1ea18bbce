package io.redistributed.context;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.List;

/**
 * Tracestate and baggage as the text of their W3C headers, in ASCII, written and parsed by OpenTelemetry's propagators.
 * A text longer than W3C asks to propagate is neither written nor read; nor is one that cannot be.
 */
final class W3cText {

    /**
     * In bytes. Not larger, because OpenTelemetry's parser takes time by the square of the length: 16 KiB of blanks
     * would hold up the event loop for a quarter of a second.
     */
    static final int MAX_TRACE_STATE = 512;

    /** In bytes. */
    static final int MAX_BAGGAGE = 8192;

    private static final byte[] NOTHING = {};

    private static final String TRACE_PARENT = "traceparent";

    /** The propagator reads no tracestate without a valid traceparent. */
    private static final String ANY_TRACE_PARENT = "00-00000000000000000000000000000001-0000000000000001-00";

    private static final TextMapPropagator TRACE_CONTEXT = W3CTraceContextPropagator.getInstance();
    private static final TextMapPropagator BAGGAGE = W3CBaggagePropagator.getInstance();

    private W3cText() {}

    /** Empty if there is nothing to write. */
    static byte[] traceState(SpanContext spanContext) {
        return spanContext.getTraceState().isEmpty()
                ? NOTHING
                : write(TRACE_CONTEXT, Context.root().with(Span.wrap(spanContext)), MAX_TRACE_STATE);
    }

    /** Empty if there is nothing to write. */
    static byte[] baggage(Baggage baggage) {
        return baggage.isEmpty() ? NOTHING : write(BAGGAGE, Context.root().with(baggage), MAX_BAGGAGE);
    }

    /** Empty if {@code text} is too long or not a tracestate. */
    static TraceState parseTraceState(byte[] text) {
        Context context = read(TRACE_CONTEXT, text, MAX_TRACE_STATE);
        return Span.fromContext(context).getSpanContext().getTraceState();
    }

    /** Empty if {@code text} is too long or not a baggage; without the members that are not valid. */
    static Baggage parseBaggage(byte[] text) {
        return Baggage.fromContext(read(BAGGAGE, text, MAX_BAGGAGE));
    }

    private static byte[] write(TextMapPropagator propagator, Context context, int maxLength) {
        StringBuilder text = new StringBuilder();
        try {
            propagator.inject(context, text, Writer.INSTANCE);
        } catch (IllegalArgumentException unpairedSurrogate) {
            return NOTHING;
        }
        return text.length() > maxLength ? NOTHING : text.toString().getBytes(US_ASCII);
    }

    private static Context read(TextMapPropagator propagator, byte[] text, int maxLength) {
        return text.length > maxLength
                ? Context.root()
                : propagator.extract(Context.root(), new String(text, US_ASCII), Reader.INSTANCE);
    }

    /** Keeps the one header that is wanted. */
    private enum Writer implements TextMapSetter<StringBuilder> {
        INSTANCE;

        @Override
        public void set(StringBuilder text, String header, String value) {
            if (!header.equals(TRACE_PARENT)) {
                text.append(value);
            }
        }
    }

    /** Shows the text as the one header that is wanted. */
    private enum Reader implements TextMapGetter<String> {
        INSTANCE;

        @Override
        public Iterable<String> keys(String text) {
            return List.of();
        }

        @Override
        public String get(String text, String header) {
            return header.equals(TRACE_PARENT) ? ANY_TRACE_PARENT : text;
        }
    }
}
