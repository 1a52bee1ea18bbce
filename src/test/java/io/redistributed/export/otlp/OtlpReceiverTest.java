package io.redistributed.export.otlp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import io.redistributed.export.jaeger.JaegerTraces;
import io.redistributed.export.store.TraceQuery;
import io.redistributed.export.store.TraceStore;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpReceiverTest {

    private static final String TRACE = "5b8efff798038103d269b633813fc60c";

    private final TraceStore store = new TraceStore();
    private final OtlpReceiver receiver = new OtlpReceiver(store);

    @Test
    void acceptsExampleOfSpecification() throws IOException {
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
    void keepsAttributesOfAllKinds() throws IOException {
        ExportTraceServiceRequest request = request(everything());

        assertThat(receiver.receive(OtlpEncoding.PROTOBUF, request.toByteArray()))
                .isEmpty();

        JsonObject answered = result(TRACE);
        assertThat(OtlpEncoding.JSON
                        .request(answered.encode().getBytes(UTF_8), Integer.MAX_VALUE)
                        .message())
                .isEqualTo(request);
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
    void rejectedSpansArePartialSuccess() throws IOException {
        Span good = everything().build();
        Span noTrace = good.toBuilder().clearTraceId().build();
        Span shortId =
                good.toBuilder().setSpanId(ByteString.copyFrom(new byte[] {1})).build();
        Span zeros =
                good.toBuilder().setSpanId(ByteString.copyFrom(new byte[8])).build();
        Span parent = good.toBuilder()
                .setParentSpanId(ByteString.copyFrom(new byte[] {1}))
                .build();
        Span noStart = good.toBuilder().clearStartTimeUnixNano().build();
        Span far = good.toBuilder().setStartTimeUnixNano(-1).build();
        ExportTraceServiceRequest request = request(List.of(noTrace, good, shortId, zeros, parent, noStart, far));

        byte[] answer = receiver.receive(OtlpEncoding.PROTOBUF, request.toByteArray());

        ExportTraceServiceResponse response = ExportTraceServiceResponse.parseFrom(answer);
        assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(6);
        assertThat(response.getPartialSuccess().getErrorMessage())
                .isEqualTo(
                        "1 with an invalid traceId (16 bytes, not all 0); 2 with an invalid spanId (8 bytes, not all 0);"
                                + " 1 with an invalid parentSpanId (8 bytes, or none); 1 without a startTimeUnixNano; 1 with a"
                                + " startTimeUnixNano after 2262");
        assertThat(store.find(TRACE).orElseThrow().spans()).hasSize(1);
    }

    /** The placeholder is as long as each of these: cut characters, a lone surrogate, an overlong slash. */
    @ParameterizedTest
    @CsvSource({
        "c3, ?",
        "c341, ?A",
        "41e282, A??",
        "f09f98, ???",
        "ff, ?",
        "eda080, ???",
        "c0af, ??",
        "c3a9ff, é?",
        "e282ac80, €?"
    })
    void mendsInvalidUtf8(String hex, String mended) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        String placeholder = "~".repeat(bytes.length);
        Span span = everything()
                .addAttributes(attribute("broken", text("text: " + placeholder)))
                .build();
        byte[] body = request(List.of(span)).toByteArray();
        int at = new String(body, ISO_8859_1).indexOf("text: " + placeholder) + "text: ".length();
        System.arraycopy(bytes, 0, body, at, bytes.length);

        assertThat(receiver.receive(OtlpEncoding.PROTOBUF, body)).isEmpty();

        JsonObject stored =
                store.find(TRACE).orElseThrow().toJson().getJsonArray("spans").getJsonObject(0);
        assertThat(stored.getJsonObject("attributes").getString("broken")).isEqualTo("text: " + mended);
    }

    @Test
    void rejectedSpansArePartialSuccessInJson() {
        TraceStore small = new TraceStore(1, 1 << 20);
        OtlpReceiver toSmall = new OtlpReceiver(small);
        String one = spanIn(1, 1);
        toSmall.receive(OtlpEncoding.JSON, body(one));
        toSmall.receive(OtlpEncoding.JSON, body(spanIn(2, 1)));

        byte[] answer = toSmall.receive(OtlpEncoding.JSON, body(one, spanIn(2, 2), spanIn(2, 3)));

        assertThat(new String(answer, UTF_8))
                .isEqualTo(
                        "{\"partialSuccess\":{\"rejectedSpans\":\"3\",\"errorMessage\":\"1 late: the store has dropped"
                                + " their trace; 2 of traces that have reached the limit of a trace\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[]                                           | line 1, column 1: the body must be an object",
                "{\"resourceSpans\": 1}                       | line 1, column 19: resourceSpans must be an array",
                "{\"resourceSpans\": [1]}                     | line 1, column 20: resourceSpans must be an object",
                "{\"resourceSpans\":[{\"resource\":{\"attributes\":{}}}]} | attributes must be an array",
                "{\"resourceSpans\":[{\"scopeSpans\":[null]}]}   | scopeSpans must be an object",
                "{} {}                                        | the body must be a single JSON object",
                "{                                            | the body is not JSON: line 1",
                "~~                                           | the body must be an object",
            })
    void rejectsMalformedJsonWithPosition(String text, String message) {
        assertThatThrownBy(() -> receiver.receive(OtlpEncoding.JSON, text.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"traceId\": 1}                          | traceId must be hex digits",
                "{\"traceId\": \"W47/95gDgQPSabYzgT/GDA==\"} | traceId must be hex digits",
                "{\"spanId\": \"123\"}                      | spanId must be hex digits",
                "{\"name\": {\"a\": [{}]}}                  | name must be text",
                "{\"name\": 1}                             | name must be text",
                "{\"kind\": 1.5}                           | kind must be a number or a name of type enum",
                "{\"kind\": true}                          | kind must be a number of type enum",
                "{\"startTimeUnixNano\": \"noon\"}         | startTimeUnixNano must be a number of type fixed64",
                "{\"startTimeUnixNano\": \"\"}             | startTimeUnixNano must be a number of type fixed64",
                "{\"startTimeUnixNano\": 1.5}              | startTimeUnixNano must be a number of type fixed64",
                "{\"startTimeUnixNano\": -1}               | startTimeUnixNano must be a number of type fixed64",
                "{\"startTimeUnixNano\": 18446744073709551616} | startTimeUnixNano must be a number of type fixed64",
                "{\"startTimeUnixNano\": 1e999999999}      | startTimeUnixNano must be a number of type fixed64",
                "{\"startTimeUnixNano\": \"1e9999999999\"} | startTimeUnixNano must be a number of type fixed64",
                "{\"flags\": 4294967296}                   | flags must be a number of type fixed32",
                "{\"attributes\":[null]}                   | attributes must be an object",
                "{\"attributes\":[{\"value\":{\"intValue\":9223372036854775808}}]} | intValue must be a number of type int64",
                "{\"attributes\":[{\"value\":{\"doubleValue\":1e400}}]} | doubleValue must be a number of type double",
                "{\"attributes\":[{\"value\":{\"doubleValue\":\"0x1p3\"}}]} | doubleValue must be a number of type double",
                "{\"attributes\":[{\"value\":{\"boolValue\":\"yes\"}}]} | boolValue must be true or false",
                "{\"attributes\":[{\"value\":{\"bytesValue\":\"***\"}}]} | bytesValue must be text in base64",
                "1                                         | spans must be an object",
                "[[1], {\"a\": [2]}]                        | spans must be an object",
                "null                                      | spans must be an object",
            })
    void malformedSpanIsPartialSuccessWithPosition(String span, String message) {
        byte[] answer = receiver.receive(OtlpEncoding.JSON, body(spanIn(1, 1), span, spanIn(1, 2), span));

        JsonObject partial = new JsonObject(new String(answer, UTF_8)).getJsonObject("partialSuccess");
        assertThat(partial.getString("rejectedSpans")).isEqualTo("2");
        assertThat(partial.getString("errorMessage"))
                .matches("2 malformed, the first at line 1, column \\d+: .*")
                .endsWith(message);
        assertThat(store.find("%032x".formatted(1)).orElseThrow().spans()).hasSize(2);
    }

    @Test
    void handlesManyMalformedSpans() {
        byte[] answer = receiver.receive(OtlpEncoding.JSON, body("{\"kind\":{}},".repeat(200_000) + spanIn(1, 1)));

        assertThat(new String(answer, UTF_8)).contains("\"rejectedSpans\":\"200000\"");
        assertThat(store.find("%032x".formatted(1))).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "1.764e18        | 1764000000000000000",
                "1764E15         | 1764000000000000000",
                "1764.0e+15      | 1764000000000000000",
                "1000000000000000e-3 | 1000000000000",
                "\"1.764e18\"    | 1764000000000000000",
                "\"1764000000000000001\" | 1764000000000000001",
                "1764000000000000001.0  | 1764000000000000001",
                "9223372036854775807    | 9223372036854775807",
            })
    void reads64BitNumbersInEveryForm(String number, long value) {
        byte[] answer = receiver.receive(
                OtlpEncoding.JSON,
                body("{\"traceId\":\"%s\",\"spanId\":\"000000000000000a\",\"startTimeUnixNano\":%s}"
                        .formatted(TRACE, number)));

        assertThat(new String(answer, UTF_8)).isEqualTo("{}");
        assertThat(store.find(TRACE).orElseThrow().startNanos()).isEqualTo(value);
    }

    @Test
    void readsAllOfProtoJson() throws IOException {
        OtlpRequest read = OtlpEncoding.JSON.request("""
                {"resource_spans": [{"resource": null, "scope_spans": [{"spans": [{
                  "trace_id": "5B8EFFF798038103D269B633813FC60C", "spanId": "eee19b7ec3c1b174", "parentSpanId": "",
                  "name": "first", "name": "\\ud800last", "kind": "SPAN_KIND_SERVER",
                  "start_time_unix_nano": 1e18, "endTimeUnixNano": "1000000000000000001", "flags": "257",
                  "droppedAttributesCount": 4294967295, "later": {"a": [{}, 1]}, "traceState": null,
                  "events": [], "status": {"code": "2"},
                  "attributes": [{"key": "a", "value": {"bytesValue": "_-8"}},
                                 {"key": "b", "value": {"bytesValue": "/+8="}},
                                 {"key": "c", "value": {"doubleValue": "-Infinity"}},
                                 {"key": "d", "value": {"doubleValue": "1e3"}},
                                 {"key": "e", "value": {"intValue": -1.5e1}},
                                 {"key": "f", "value": {"stringValue": "x", "intValue": null}},
                                 {"key": "g", "value": {"array_value": {}}},
                                 {"key": "h", "value": null}],
                  "links": [{"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174"}],
                  "links": [{"flags": 1}]},
                 {"kind": "SPAN_KIND_OF_TOMORROW", "status": {"code": 99}}]}]}]}
                """.getBytes(UTF_8), Integer.MAX_VALUE);

        assertThat(read.malformedSpans()).isZero();
        ByteString bytes = ByteString.copyFrom(new byte[] {-1, -17});
        assertThat(read.message().getResourceSpans(0).getScopeSpans(0).getSpans(0))
                .isEqualTo(Span.newBuilder()
                        .setTraceId(id(TRACE))
                        .setSpanId(id("eee19b7ec3c1b174"))
                        .setName("\uFFFDlast")
                        .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                        .setStartTimeUnixNano(1_000_000_000_000_000_000L)
                        .setEndTimeUnixNano(1_000_000_000_000_000_001L)
                        .setFlags(257)
                        .setDroppedAttributesCount(-1)
                        .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
                        .addAttributes(attribute("a", AnyValue.newBuilder().setBytesValue(bytes)))
                        .addAttributes(attribute("b", AnyValue.newBuilder().setBytesValue(bytes)))
                        .addAttributes(attribute("c", AnyValue.newBuilder().setDoubleValue(Double.NEGATIVE_INFINITY)))
                        .addAttributes(attribute("d", AnyValue.newBuilder().setDoubleValue(1000)))
                        .addAttributes(attribute("e", AnyValue.newBuilder().setIntValue(-15)))
                        .addAttributes(attribute("f", text("x")))
                        .addAttributes(
                                attribute("g", AnyValue.newBuilder().setArrayValue(ArrayValue.getDefaultInstance())))
                        .addAttributes(KeyValue.newBuilder().setKey("h"))
                        .addLinks(Span.Link.newBuilder().setTraceId(id(TRACE)).setSpanId(id("eee19b7ec3c1b174")))
                        .addLinks(Span.Link.newBuilder().setFlags(1))
                        .build());
        Span tomorrow = read.message().getResourceSpans(0).getScopeSpans(0).getSpans(1);
        assertThat(tomorrow.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_UNSPECIFIED);
        assertThat(tomorrow.getStatus().getCodeValue()).isEqualTo(99);
    }

    @Test
    void missingFieldsAreAnsweredLikeJaeger() {
        receiver.receive(OtlpEncoding.JSON, """
                {"resourceSpans": [{"resource": {"droppedAttributesCount": 1}, "scopeSpans": [
                  {"scope": {"droppedAttributesCount": 2}, "spans": [{
                    "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
                    "startTimeUnixNano": "2", "endTimeUnixNano": "1",
                    "attributes": [{"key": "a", "value": {"intValue": "1"}}, {"key": "b"},
                                   {"key": "a", "value": {"intValue": "2"}},
                                   {"key": "c", "value": {"arrayValue": {}}}]}]}]}]}
                """.getBytes(UTF_8));

        assertThat(result(TRACE)).isEqualTo(new JsonObject("""
                {"resourceSpans": [{
                  "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "missing-service-name"}}],
                               "droppedAttributesCount": 1},
                  "scopeSpans": [{"scope": {"droppedAttributesCount": 2}, "spans": [{
                    "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
                    "name": "empty-span-name", "startTimeUnixNano": "2", "endTimeUnixNano": "2",
                    "attributes": [{"key": "a", "value": {"intValue": "2"}}, {"key": "b", "value": {}},
                                   {"key": "c", "value": {"arrayValue": {}}}],
                    "status": {}}]}]}]}
                """));
        assertThat(store.services()).containsExactly("missing-service-name");
    }

    @ParameterizedTest
    @CsvSource({"stringValue, '\"\"', empty-service-name", "intValue, 1, service-name-wrong-type"})
    void replacesInvalidServiceNameLikeJaeger(String type, String name, String replaced) {
        receiver.receive(
                OtlpEncoding.JSON, """
                {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"%s": %s}}]},
                  "scopeSpans": [{"spans": [%s]}]}]}
                """.formatted(type, name, spanIn(1, 1)).getBytes(UTF_8));

        assertThat(store.services()).containsExactly(replaced);
        assertThat(result("%032x".formatted(1)).encode())
                .contains("\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"" + replaced);
    }

    @Test
    void skipsUnknownKeysAndNulls() {
        byte[] answer = receiver.receive(
                OtlpEncoding.JSON,
                "{\"resourceSpans\": null, \"later\": {\"a\": [1, {\"b\": 2}]}, \"resource-spans\": 7}"
                        .getBytes(UTF_8));

        assertThat(new String(answer, UTF_8)).isEqualTo("{}");
    }

    @Test
    void limitsNesting() {
        String deep = "{\"arrayValue\":{\"values\":[".repeat(200) + "{}" + "]}}".repeat(200);
        byte[] answer =
                receiver.receive(OtlpEncoding.JSON, body("{\"attributes\":[{\"value\":" + deep + "}]}", spanIn(1, 1)));
        assertThat(new String(answer, UTF_8)).contains("\"1\"", "is nested deeper than 100 objects");
        assertThat(store.find("%032x".formatted(1))).isPresent();
        String endless = "{\"a\":[".repeat(100_000);
        assertThatThrownBy(() -> receiver.receive(OtlpEncoding.JSON, endless.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the body is not JSON: ");

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
                .hasMessageStartingWith("the body is not an ExportTraceServiceRequest: ");
    }

    @Test
    void mutatedBodiesAreAcceptedOrRejected() throws IOException {
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
        // Accepted spans can be shown.
        TraceQuery all = new TraceQuery(null, null, null, null, null, null, Map.of(), null, null, null, null, 10_000);
        assertThat(store.traces(all)).isNotEmpty().allSatisfy(trace -> {
            assertThat(trace.toJson().encode()).isNotEmpty();
            assertThat(OtlpTraces.json(List.of(trace))).isNotEmpty();
            assertThat(JaegerTraces.json(List.of(trace), Map.of())).isNotEmpty();
        });
        assertThat(store.summaries(all))
                .isNotEmpty()
                .allSatisfy(summary -> assertThat(summary.toJson().encode()).isNotEmpty());
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
        return "{\"traceId\":\"%032x\",\"spanId\":\"%016x\",\"startTimeUnixNano\":1}".formatted(trace, span);
    }

    private static byte[] body(String... spans) {
        return spans(String.join(",", spans)).getBytes(UTF_8);
    }

    private static String spans(String spans) {
        return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + spans + "]}]}]}";
    }
}
