package io.redistributed.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpReceiverTest {

    private static final String TRACE = "5b8efff798038103d269b633813fc60c";

    private final TraceStore store = new TraceStore();
    private final OtlpReceiver receiver = new OtlpReceiver(store);

    @Test
    void theExampleOfTheSpecificationIsTaken() throws IOException {
        assertThat(new String(receiver.receive(OtlpEncoding.JSON, example()), UTF_8))
                .isEqualTo("{}");

        assertThat(store.find(TRACE).orElseThrow().toJson()).isEqualTo(new JsonObject("""
                {"traceId": "5b8efff798038103d269b633813fc60c", "spans": [
                  {"spanId": "eee19b7ec3c1b174", "parentSpanId": "eee19b7ec3c1b173", "name": "I'm a server span",
                   "kind": "SERVER", "service": "my.service", "startTime": "2018-12-13T14:51:00.000000Z",
                   "durationMicros": 1000000, "status": "UNSET", "attributes": {"my.span.attr": "some value"},
                   "events": [], "links": []}]}
                """));
        assertThat(result(TRACE).encode())
                .contains("\"scope\":{\"name\":\"my.library\",\"version\":\"1.0.0\",\"attributes\":[{\"key\":"
                        + "\"my.scope.attribute\",\"value\":{\"stringValue\":\"some scope attribute\"}}]}");
    }

    @Test
    void attributesOfAllKindsAreKeptAndAnsweredAsTheyCame() throws IOException {
        ExportTraceServiceRequest request = request(everything());

        assertThat(receiver.receive(OtlpEncoding.PROTOBUF, request.toByteArray()))
                .isEmpty();

        JsonObject answered = result(TRACE);
        assertThat(OtlpEncoding.JSON.request(answered.encode().getBytes(UTF_8))).isEqualTo(request);
        JsonObject span =
                store.find(TRACE).orElseThrow().toJson().getJsonArray("spans").getJsonObject(0);
        assertThat(span.getJsonObject("attributes")).isEqualTo(new JsonObject("""
                {"text": "<script>alert(1)</script>", "flag": true, "number": -9007199254740993, "ratio": 0.5,
                 "nan": "NaN", "bytes": "AP8=", "list": ["a", 1, {"deep": [true]}], "map": {"a": {"b": "c"}}}
                """));
        assertThat(span.getJsonArray("events").getJsonObject(0).getString("name"))
                .isEqualTo("an event");
        assertThat(span.getJsonArray("links").getJsonObject(0).getString("spanId"))
                .isEqualTo("00000000000000aa");
        assertThat(span.getString("statusMessage")).isEqualTo("it broke");
    }

    @Test
    void spansThatCannotBeKeptAreAPartialSuccess() throws IOException {
        Span good = everything().build();
        Span noTrace = good.toBuilder().clearTraceId().build();
        Span shortId =
                good.toBuilder().setSpanId(ByteString.copyFrom(new byte[] {1})).build();
        Span zeros =
                good.toBuilder().setSpanId(ByteString.copyFrom(new byte[8])).build();
        Span far = good.toBuilder().setStartTimeUnixNano(-1).build();
        ExportTraceServiceRequest request = request(List.of(noTrace, good, shortId, zeros, far));

        byte[] answer = receiver.receive(OtlpEncoding.PROTOBUF, request.toByteArray());

        ExportTraceServiceResponse response = ExportTraceServiceResponse.parseFrom(answer);
        assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(4);
        assertThat(response.getPartialSuccess().getErrorMessage()).isEqualTo("4 without valid ids and start");
        assertThat(store.find(TRACE).orElseThrow().spans()).hasSize(1);
    }

    @Test
    void lateAndTruncatedSpansAreAPartialSuccessInJsonToo() {
        TraceStore small = new TraceStore(1, 1 << 20);
        OtlpReceiver toSmall = new OtlpReceiver(small);
        String one = spanIn(1, 1);
        toSmall.receive(OtlpEncoding.JSON, body(one));
        toSmall.receive(OtlpEncoding.JSON, body(spanIn(2, 1)));

        byte[] answer = toSmall.receive(OtlpEncoding.JSON, body(one, spanIn(2, 2), spanIn(2, 3)));

        assertThat(new String(answer, UTF_8))
                .isEqualTo(
                        "{\"partialSuccess\":{\"rejectedSpans\":\"3\",\"errorMessage\":\"1 late: the store has dropped"
                                + " their trace; 2 of traces that have as much as a trace may have\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[]                                           | line 1, column 1: the body must be an object",
                "{\"resourceSpans\": 1}                       | line 1, column 19: resourceSpans must be an array",
                "{\"resourceSpans\": [1]}                     | line 1, column 20: resourceSpans must be an object",
                "SPAN{\"traceId\": 1}                         | traceId must be hex digits",
                "SPAN{\"traceId\": \"W47/95gDgQPSabYzgT/GDA==\"} | traceId must be hex digits",
                "SPAN{\"name\": {}}                           | name must be text",
                "SPAN{\"kind\": \"SPAN_KIND_SERVER\"}         | kind must be a number of type enum",
                "SPAN{\"startTimeUnixNano\": \"noon\"}        | startTimeUnixNano must be a number of type fixed64",
                "SPAN{\"startTimeUnixNano\": 1.5}             | startTimeUnixNano must be a number of type fixed64",
                "SPAN{\"attributes\":[{\"value\":{\"boolValue\":\"yes\"}}]} | boolValue must be true or false",
                "SPAN{\"attributes\":[{\"value\":{\"bytesValue\":\"***\"}}]} | bytesValue must be text in base64",
                "{} {}                                        | the body is followed by something",
                "{                                            | the body is not JSON: line 1",
                "~~                                           | the body must be an object",
            })
    void malformedJsonIsRefusedWithItsPlace(String text, String message) {
        String body = text.startsWith("SPAN") ? spans(text.substring(4)) : text;
        assertThatThrownBy(() -> receiver.receive(OtlpEncoding.JSON, body.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void unknownKeysAndNullsAreSkipped() {
        byte[] answer = receiver.receive(
                OtlpEncoding.JSON,
                "{\"resourceSpans\": null, \"later\": {\"a\": [1, {\"b\": 2}]}, \"resource_spans\": 7}"
                        .getBytes(UTF_8));

        assertThat(new String(answer, UTF_8)).isEqualTo("{}");
    }

    @Test
    void nestingIsBounded() {
        String deep = "{\"arrayValue\":{\"values\":[".repeat(200) + "{}" + "]}}".repeat(200);
        assertThatThrownBy(() -> receiver.receive(
                        OtlpEncoding.JSON,
                        spans("{\"attributes\":[{\"value\":" + deep + "}]}").getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is more than 100 objects deep");

        AnyValue value = AnyValue.getDefaultInstance();
        for (int i = 0; i < 200; i++) {
            value = AnyValue.newBuilder()
                    .setArrayValue(ArrayValue.newBuilder().addValues(value))
                    .build();
        }
        byte[] body = request(everything().addAttributes(KeyValue.newBuilder().setValue(value)))
                .toByteArray();
        assertThatThrownBy(() -> receiver.receive(OtlpEncoding.PROTOBUF, body))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the body is no ExportTraceServiceRequest: ");
    }

    @Test
    void bodiesThatWereChangedAtRandomAreTakenOrRefusedAndNothingElse() throws IOException {
        Random random = new Random(42);
        byte[] protobuf = request(everything()).toByteArray();
        byte[] json = result(protobuf);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean isJson = i % 2 == 0;
            byte[] body = changed(isJson ? json : protobuf, random);
            try {
                receiver.receive(isJson ? OtlpEncoding.JSON : OtlpEncoding.PROTOBUF, body);
            } catch (IllegalArgumentException malformed) {
                refused++;
                assertThat(malformed).hasMessageMatching("(?s)(the body is n|line \\d+, column \\d+: ).*");
            }
        }
        assertThat(refused).isBetween(1_000, 19_999);
        // Whatever was taken can be shown.
        store.traces(new TraceQuery(null, null, null, null, null, null, null, 10_000))
                .forEach(trace -> {
                    assertThat(trace.toJson().encode()).isNotEmpty();
                    assertThat(OtlpTraces.json(List.of(trace))).isNotEmpty();
                });
        store.summaries(new TraceQuery(null, null, null, null, null, null, null, 10_000))
                .forEach(summary -> assertThat(summary.toJson().encode()).isNotEmpty());
    }

    private byte[] result(byte[] protobuf) throws IOException {
        receiver.receive(OtlpEncoding.PROTOBUF, protobuf);
        return result(TRACE).encode().getBytes(UTF_8);
    }

    private static byte[] changed(byte[] body, Random random) {
        byte[] changed = body.clone();
        for (int i = 0; i <= random.nextInt(4); i++) {
            changed[random.nextInt(changed.length)] =
                    random.nextBoolean() ? (byte) random.nextInt() : changed[random.nextInt(changed.length)];
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(changed, random.nextInt(changed.length)) : changed;
    }

    /** What Jaeger's API answers within {@code result}. */
    private JsonObject result(String traceId) {
        return new JsonObject(
                        new String(OtlpTraces.json(List.of(store.find(traceId).orElseThrow())), UTF_8))
                .getJsonObject("result");
    }

    private static byte[] example() throws IOException {
        try (InputStream in = OtlpReceiverTest.class.getResourceAsStream("/otlp-trace.json")) {
            return in.readAllBytes();
        }
    }

    private static ExportTraceServiceRequest request(Span.Builder span) {
        return request(List.of(span.build()));
    }

    private static ExportTraceServiceRequest request(List<Span> spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(Resource.newBuilder().addAttributes(attribute("service.name", text("elsewhere"))))
                        .setSchemaUrl("https://opentelemetry.io/schemas/1.30.0")
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .setScope(io.opentelemetry.proto.common.v1.InstrumentationScope.newBuilder()
                                        .setName("scope"))
                                .addAllSpans(spans)))
                .build();
    }

    private static Span.Builder everything() {
        return Span.newBuilder()
                .setTraceId(id(TRACE))
                .setSpanId(id("eee19b7ec3c1b174"))
                .setParentSpanId(id("eee19b7ec3c1b173"))
                .setTraceState("vendor=1")
                .setFlags(0x301)
                .setName("name")
                .setKind(Span.SpanKind.SPAN_KIND_CONSUMER)
                .setStartTimeUnixNano(1_544_712_660_000_000_001L)
                .setEndTimeUnixNano(1_544_712_661_000_000_002L)
                .addAttributes(attribute("text", text("<script>alert(1)</script>")))
                .addAttributes(attribute("flag", AnyValue.newBuilder().setBoolValue(true)))
                .addAttributes(attribute("number", AnyValue.newBuilder().setIntValue(-9_007_199_254_740_993L)))
                .addAttributes(attribute("ratio", AnyValue.newBuilder().setDoubleValue(0.5)))
                .addAttributes(attribute("nan", AnyValue.newBuilder().setDoubleValue(Double.NaN)))
                .addAttributes(attribute(
                        "bytes", AnyValue.newBuilder().setBytesValue(ByteString.copyFrom(new byte[] {0, -1}))))
                .addAttributes(attribute(
                        "list",
                        AnyValue.newBuilder()
                                .setArrayValue(ArrayValue.newBuilder()
                                        .addValues(text("a"))
                                        .addValues(AnyValue.newBuilder().setIntValue(1))
                                        .addValues(map(
                                                "deep",
                                                AnyValue.newBuilder()
                                                        .setArrayValue(ArrayValue.newBuilder()
                                                                .addValues(AnyValue.newBuilder()
                                                                        .setBoolValue(true))))))))
                .addAttributes(attribute("map", map("a", map("b", text("c")))))
                .setDroppedAttributesCount(1)
                .addEvents(Span.Event.newBuilder()
                        .setName("an event")
                        .setTimeUnixNano(1_544_712_660_500_000_000L)
                        .addAttributes(attribute("text", text("x")))
                        .setDroppedAttributesCount(2))
                .setDroppedEventsCount(3)
                .addLinks(Span.Link.newBuilder()
                        .setTraceId(id(TRACE))
                        .setSpanId(id("00000000000000aa"))
                        .setTraceState("vendor=2")
                        .setFlags(1)
                        .addAttributes(attribute("text", text("y")))
                        .setDroppedAttributesCount(4))
                .setDroppedLinksCount(5)
                .setStatus(Status.newBuilder()
                        .setCode(Status.StatusCode.STATUS_CODE_ERROR)
                        .setMessage("it broke"));
    }

    private static KeyValue.Builder attribute(String key, AnyValue.Builder value) {
        return KeyValue.newBuilder().setKey(key).setValue(value);
    }

    private static AnyValue.Builder text(String text) {
        return AnyValue.newBuilder().setStringValue(text);
    }

    private static AnyValue.Builder map(String key, AnyValue.Builder value) {
        return AnyValue.newBuilder().setKvlistValue(KeyValueList.newBuilder().addValues(attribute(key, value)));
    }

    private static ByteString id(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    private static String spanIn(int trace, int span) {
        return "{\"traceId\":\"%032x\",\"spanId\":\"%016x\"}".formatted(trace, span);
    }

    private static byte[] body(String... spans) {
        return spans(String.join(",", spans)).getBytes(UTF_8);
    }

    private static String spans(String spans) {
        return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + spans + "]}]}]}";
    }
}
