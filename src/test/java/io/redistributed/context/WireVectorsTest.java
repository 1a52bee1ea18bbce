package io.redistributed.context;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code wire-vectors.json}, which an implementation in another language could use as well. */
class WireVectorsTest {

    private static final HexFormat HEX = HexFormat.of();

    static Stream<Named<JsonNode>> write() throws IOException {
        return vectors("write");
    }

    static Stream<Named<JsonNode>> read() throws IOException {
        return vectors("read");
    }

    @ParameterizedTest
    @MethodSource("write")
    void writesVector(JsonNode vector) {
        byte[] message = TraceCodec.encode(
                WireFormat.valueOf(vector.get("format").textValue()),
                context(vector.get("context")),
                bytes(vector, "payload"));

        assertThat(HEX.formatHex(message)).isEqualTo(vector.get("message").textValue());
    }

    @ParameterizedTest
    @MethodSource("read")
    void readsVector(JsonNode vector) {
        DecodedMessage decoded = TraceCodec.decode(bytes(vector, "message"));

        MessageContext expected = vector.has("context") ? context(vector.get("context")) : MessageContext.NONE;
        assertThat(decoded.kind()).hasToString(vector.get("kind").textValue());
        assertThat(Messages.contextOf(decoded)).isEqualTo(expected);
        assertThat(HEX.formatHex(Messages.bodyOf(decoded)))
                .isEqualTo(vector.get("body").textValue());
    }

    private static Stream<Named<JsonNode>> vectors(String section) throws IOException {
        try (InputStream json = WireVectorsTest.class.getResourceAsStream("/wire-vectors.json")) {
            JsonNode vectors = new ObjectMapper().readTree(json).get(section);
            assertThat(vectors).isNotEmpty();
            return StreamSupport.stream(vectors.spliterator(), false)
                    .map(vector -> Named.of(vector.get("name").textValue(), vector));
        }
    }

    private static byte[] bytes(JsonNode vector, String name) {
        return HEX.parseHex(vector.get(name).textValue());
    }

    private static MessageContext context(JsonNode context) {
        SpanContext spanContext = SpanContext.createFromRemoteParent(
                context.get("traceId").textValue(),
                context.get("spanId").textValue(),
                context.get("sampled").booleanValue() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                traceState(context.path("traceState")));
        return new MessageContext(
                spanContext,
                baggage(context.path("baggage")),
                context.path("publishedAtMicros").longValue(),
                context.has("messageId")
                        ? UUID.fromString(context.get("messageId").textValue())
                        : null);
    }

    private static TraceState traceState(JsonNode members) {
        TraceStateBuilder traceState = TraceState.builder();
        // The builder puts each new member in front.
        for (int i = members.size() - 1; i >= 0; i--) {
            traceState.put(
                    members.get(i).get(0).textValue(), members.get(i).get(1).textValue());
        }
        return traceState.build();
    }

    private static Baggage baggage(JsonNode members) {
        BaggageBuilder baggage = Baggage.builder();
        for (JsonNode member : members) {
            baggage.put(
                    member.get("key").textValue(),
                    member.get("value").textValue(),
                    BaggageEntryMetadata.create(member.path("metadata").asText()));
        }
        return baggage.build();
    }
}
