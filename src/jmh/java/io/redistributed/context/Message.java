package io.redistributed.context;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the benchmarks of the wire send: text, as JSON would be, of some length, under one span. */
@State(Scope.Benchmark)
public class Message {

    @Param({"0", "200", "65536"})
    int payloadBytes;

    final SpanContext span = SpanContext.create(
            "4bf92f3577b34da6a3ce929d000e4736", "34f067aa0ba902b7", TraceFlags.getSampled(), TraceState.getDefault());
    final UUID id = new UUID(0x4bf92f3577b34da6L, 0x83ce929d000e4736L);
    String text;
    byte[] payload;

    @Setup
    public void fill() {
        text = "order 1042, seat 17; ".repeat(payloadBytes / 21 + 1).substring(0, payloadBytes);
        payload = text.getBytes(StandardCharsets.US_ASCII);
    }

    /** As {@code binary} carries it. */
    MessageContext context() {
        return new MessageContext(span, Baggage.empty(), 0, null);
    }

    /** As the publisher fills an envelope. */
    MessageContext fullContext() {
        return new MessageContext(span, Baggage.empty(), 1_795_337_653_304_127L, id);
    }
}
