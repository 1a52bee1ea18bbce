package io.redistributed.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.opencensus.implcore.trace.propagation.PropagationComponentImpl;
import io.opencensus.trace.SpanContext;
import io.opencensus.trace.SpanId;
import io.opencensus.trace.TraceId;
import io.opencensus.trace.TraceOptions;
import io.opencensus.trace.Tracestate;
import io.opencensus.trace.propagation.BinaryFormat;
import io.opencensus.trace.propagation.SpanContextParseException;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that OpenCensus' implementation of the binary format and ours read each other's output. */
class OpenCensusTest {

    private static final int CONTEXTS = 10_000;

    private final BinaryFormat openCensus = new PropagationComponentImpl().getBinaryFormat();

    @Test
    void readsOutputOfOpenCensus() {
        randomContexts().forEach(sent -> {
            DecodedMessage decoded = TraceCodec.decode(openCensus.toByteArray(sent));

            assertThat(decoded.kind()).isEqualTo(DecodedMessage.Kind.BINARY);
            assertThat(decoded.bodyLength()).isZero();
            assertThat(decoded.spanContext().getTraceId())
                    .isEqualTo(sent.getTraceId().toLowerBase16());
            assertThat(decoded.spanContext().getSpanId())
                    .isEqualTo(sent.getSpanId().toLowerBase16());
            assertThat(decoded.spanContext().isSampled())
                    .isEqualTo(sent.getTraceOptions().isSampled());
        });
    }

    @Test
    void openCensusReadsOutput() {
        randomContexts().forEach(expected -> {
            MessageContext context = new MessageContext(
                    io.opentelemetry.api.trace.SpanContext.create(
                            expected.getTraceId().toLowerBase16(),
                            expected.getSpanId().toLowerBase16(),
                            TraceFlags.fromByte(expected.getTraceOptions().getByte()),
                            TraceState.getDefault()),
                    Baggage.empty(),
                    0,
                    null);

            SpanContext read = openCensusReads(TraceCodec.header(WireFormat.BINARY, context));

            assertThat(read.getTraceId()).isEqualTo(expected.getTraceId());
            assertThat(read.getSpanId()).isEqualTo(expected.getSpanId());
            assertThat(read.getTraceOptions())
                    .isEqualTo(TraceOptions.builder()
                            .setIsSampled(expected.getTraceOptions().isSampled())
                            .build());
        });
    }

    private SpanContext openCensusReads(byte[] header) {
        try {
            return openCensus.fromByteArray(header);
        } catch (SpanContextParseException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<SpanContext> randomContexts() {
        Random random = new Random(29);
        return Stream.generate(() -> SpanContext.create(
                        TraceId.generateRandomId(random),
                        SpanId.generateRandomId(random),
                        TraceOptions.fromByte((byte) random.nextInt()),
                        Tracestate.builder().build()))
                .limit(CONTEXTS);
    }
}
