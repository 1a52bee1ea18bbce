package io.redistributed.context;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Both wire formats: a whole message out of context and payload, and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CodecBenchmark {

    private byte[] binary;
    private byte[] envelope;
    private byte[] malformed;

    @Setup
    public void encodeAll(Message message) {
        binary = encodeBinary(message);
        envelope = encodeEnvelope(message);
        malformed = envelope.clone();
        // The length of the first field.
        malformed[6] = 1;
        check(binary, DecodedMessage.Kind.BINARY);
        check(envelope, DecodedMessage.Kind.ENVELOPE);
        check(malformed, DecodedMessage.Kind.MALFORMED);
        check(message.payload, DecodedMessage.Kind.UNTRACED);
    }

    @Benchmark
    public byte[] encodeBinary(Message message) {
        return TraceCodec.encode(WireFormat.BINARY, message.context(), message.payload);
    }

    @Benchmark
    public byte[] encodeEnvelope(Message message) {
        return TraceCodec.encode(WireFormat.ENVELOPE, message.fullContext(), message.payload);
    }

    @Benchmark
    public DecodedMessage decodeBinary() {
        return TraceCodec.decode(binary);
    }

    @Benchmark
    public DecodedMessage decodeEnvelope() {
        return TraceCodec.decode(envelope);
    }

    @Benchmark
    public DecodedMessage decodeMalformed() {
        return TraceCodec.decode(malformed);
    }

    @Benchmark
    public DecodedMessage decodeAbsent(Message message) {
        return TraceCodec.decode(message.payload);
    }

    @Benchmark
    public DecodedMessage roundTripBinary(Message message) {
        return TraceCodec.decode(encodeBinary(message));
    }

    @Benchmark
    public DecodedMessage roundTripEnvelope(Message message) {
        return TraceCodec.decode(encodeEnvelope(message));
    }

    private static void check(byte[] message, DecodedMessage.Kind kind) {
        DecodedMessage.Kind found = TraceCodec.decode(message).kind();
        if (found != kind) {
            throw new IllegalStateException(found + " is not " + kind);
        }
    }
}
