package io.redistributed.context;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opencensus.implcore.trace.propagation.PropagationComponentImpl;
import io.opencensus.trace.SpanId;
import io.opencensus.trace.TraceId;
import io.opencensus.trace.TraceOptions;
import io.opencensus.trace.Tracestate;
import io.opencensus.trace.propagation.BinaryFormat;
import io.opencensus.trace.propagation.SpanContextParseException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The same way there and back by other means: OpenCensus' own code for the same bytes; OpenTelemetry's W3C propagator into
 * a map, for what has headers; and what people do today where there are none: headers and payload wrapped in JSON.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class OthersBenchmark {

    private static final int HEADER = 29;

    private final BinaryFormat openCensus = new PropagationComponentImpl().getBinaryFormat();
    private final ObjectMapper json = new ObjectMapper();
    private final W3CTraceContextPropagator w3c = W3CTraceContextPropagator.getInstance();

    @Benchmark
    public void roundTripOpenCensus(Message message, Blackhole sink) throws SpanContextParseException {
        io.opencensus.trace.SpanContext span = io.opencensus.trace.SpanContext.create(
                TraceId.fromLowerBase16(message.span.getTraceId()),
                SpanId.fromLowerBase16(message.span.getSpanId()),
                TraceOptions.fromByte(message.span.getTraceFlags().asByte()),
                Tracestate.builder().build());
        byte[] header = openCensus.toByteArray(span);
        byte[] encoded = Arrays.copyOf(header, HEADER + message.payload.length);
        System.arraycopy(message.payload, 0, encoded, HEADER, message.payload.length);
        sink.consume(encoded);
        sink.consume(openCensus.fromByteArray(Arrays.copyOf(encoded, HEADER)));
    }

    @Benchmark
    public Context roundTripW3cInMap(Message message) {
        return w3c.extract(Context.root(), inject(message), MapGetter.INSTANCE);
    }

    @Benchmark
    public void roundTripW3cInJson(Message message, Blackhole sink) throws IOException {
        ObjectNode wrapper = json.createObjectNode();
        ObjectNode headers = wrapper.putObject("headers");
        inject(message).forEach(headers::put);
        wrapper.put("payload", message.text);
        JsonNode received = json.readTree(json.writeValueAsBytes(wrapper));
        Map<String, String> found = new HashMap<>();
        received.get("headers")
                .properties()
                .forEach(header -> found.put(header.getKey(), header.getValue().asText()));
        sink.consume(w3c.extract(Context.root(), found, MapGetter.INSTANCE));
        sink.consume(received.get("payload").asText());
    }

    private Map<String, String> inject(Message message) {
        Map<String, String> headers = new HashMap<>();
        w3c.inject(Context.root().with(Span.wrap(message.span)), headers, MapSetter.INSTANCE);
        return headers;
    }

    private enum MapSetter implements TextMapSetter<Map<String, String>> {
        INSTANCE;

        @Override
        public void set(Map<String, String> carrier, String key, String value) {
            carrier.put(key, value);
        }
    }

    private enum MapGetter implements TextMapGetter<Map<String, String>> {
        INSTANCE;

        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public String get(Map<String, String> carrier, String key) {
            return carrier.get(key);
        }
    }
}
