package io.redistributed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans that others send by OTLP/HTTP, and what Jaeger's API answers of them. */
class OtlpApiTest {

    private static final String JSON = "application/json";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String TRACE = "5b8efff798038103d269b633813fc60c";

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        service = Service.start(yaml("store"));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip"})
    void receivedSpansAreInEveryApi(String compression) {
        String traceId = send("foreign-" + compression, compression);

        JsonObject trace = new JsonObject(client.get("/traces/" + traceId).body());
        assertThat(SpanTree.of(trace).text()).isEqualTo("""
                foreign-S SERVER GET /orders
                  foreign-S CLIENT SELECT orders
                """.replace("foreign-S", "foreign-" + compression));
        JsonObject failed = trace.getJsonArray("spans").getJsonObject(1);
        assertThat(failed.getString("status")).isEqualTo("ERROR");
        assertThat(failed.getString("statusMessage")).isEqualTo("no such table");
        assertThat(failed.getJsonObject("attributes").getJsonArray("rows")).isEqualTo(JsonArray.of(1, 2));
        assertThat(failed.getJsonArray("events")).hasSize(1);
        assertThat(failed.getJsonArray("links")).hasSize(1);

        JsonObject summary = new JsonObject(
                        client.get("/traces?service=foreign-" + compression).body())
                .getJsonArray("traces")
                .getJsonObject(0);
        assertThat(summary.getString("traceId")).isEqualTo(traceId);
        assertThat(summary.getString("name")).isEqualTo("GET /orders");
        assertThat(summary.getInteger("spans")).isEqualTo(2);
        assertThat(summary.getInteger("errors")).isEqualTo(1);

        JsonArray resourceSpans = jaeger("/api/v3/traces/" + traceId).getJsonArray("resourceSpans");
        assertThat(resourceSpans.encode()).contains("\"name\":\"SELECT orders\"", "\"key\":\"rows\"", "\"arrayValue\"");
        String from = Instant.now().minusSeconds(3600).toString();
        String to = Instant.now().plusSeconds(3600).toString();
        for (String query : List.of(
                "query.service_name=foreign-" + compression + "&query.operation_name=SELECT%20orders"
                        + "&query.start_time_min=" + from + "&query.start_time_max=" + to
                        + "&query.duration_min=0.1ms&query.duration_max=1h30m&query.num_traces=1",
                "query.serviceName=foreign-" + compression + "&query.startTimeMin=" + from + "&query.startTimeMax=" + to
                        + "&query.searchDepth=1")) {
            assertThat(jaeger("/api/v3/traces?" + query)).isEqualTo(jaeger("/api/v3/traces/" + traceId));
        }
        assertThat(new JsonObject(client.get("/api/v3/services").body()).getJsonArray("services"))
                .contains("foreign-" + compression);
        assertThat(new JsonObject(client.get("/api/v3/operations?service=foreign-" + compression)
                                .body())
                        .getJsonArray("operations"))
                .containsExactly(
                        JsonObject.of("name", "GET /orders", "spanKind", "server"),
                        JsonObject.of("name", "SELECT orders", "spanKind", "client"));
    }

    @Test
    void acceptsJsonExampleOfSpecification() throws IOException {
        HttpResponse<byte[]> response =
                post(Files.readAllBytes(Path.of("src/test/resources/otlp-trace.json")), JSON + "; charset=utf-8", null);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains(JSON);
        assertThat(new String(response.body(), UTF_8)).isEqualTo("{}");
        // Upper case and without zeros in front, as some have it in their URLs.
        assertThat(client.get("/api/v3/traces/" + TRACE.toUpperCase(Locale.ROOT))
                        .body())
                .contains("I'm a server span");
        assertThat(client.get(
                                "/traces?operation=I%27m%20a%20server%20span&minDuration=1s&status=ok&since=2018-01-01T00:00:00Z")
                        .body())
                .contains(TRACE);
        for (String plus : List.of("+", "%2B")) {
            assertThat(client.get("/traces/statistics?since=2018-12-13T15:51:00" + plus + "01:00&until=1d")
                            .body())
                    .contains("I'm a server span");
        }
        assertThat(client.get("/traces?operation=I%27m%20a%20server%20span&since=1h")
                        .body())
                .isEqualTo("{\"traces\":[]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/metrics", "/v1/logs"})
    void otherSignalsAreRefusedWithAdvice(String path) {
        HttpResponse<String> response = client.post(path, "{}");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("OTEL_METRICS_EXPORTER=none and OTEL_LOGS_EXPORTER=none");
    }

    @Test
    void errorsHaveEncodingOfRequest() throws IOException {
        HttpResponse<byte[]> json = post("{\"resourceSpans\": 1}".getBytes(UTF_8), JSON, null);
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(new String(json.body(), UTF_8)))
                .isEqualTo(JsonObject.of("code", 3, "message", "line 1, column 19: resourceSpans must be an array"));

        HttpResponse<byte[]> protobuf = post(new byte[] {1, 2, 3}, PROTOBUF, null);
        assertThat(protobuf.statusCode()).isEqualTo(400);
        assertThat(protobuf.headers().firstValue("content-type")).contains(PROTOBUF);
        assertThat(Status.parseFrom(protobuf.body()).getMessage())
                .startsWith("the body is not an ExportTraceServiceRequest");

        HttpResponse<byte[]> notGzip = post(new byte[] {1, 2, 3}, PROTOBUF, "gzip");
        assertThat(notGzip.statusCode()).isEqualTo(400);
        assertThat(Status.parseFrom(notGzip.body()).getMessage()).startsWith("the body is not gzip");
    }

    @Test
    void limitsReceivedAndInflatedBodies() throws IOException {
        HttpResponse<byte[]> plain = post(new byte[(4 << 20) + 1], PROTOBUF, null);
        assertThat(plain.statusCode()).isEqualTo(413);
        assertThat(Status.parseFrom(plain.body()).getCode()).isEqualTo(8);

        HttpResponse<byte[]> bomb = post(gzip(new byte[200 << 20]), JSON, "gzip");
        assertThat(bomb.statusCode()).isEqualTo(413);
        assertThat(new JsonObject(new String(bomb.body(), UTF_8)).getString("message"))
                .isEqualTo("the body has more than 4194304 bytes, received or inflated, or more than 300000 elements;"
                        + " send fewer spans per request");
    }

    /** Bodies of a few bytes for each element, in a span without ids. */
    static Stream<Arguments> manyElements() throws IOException {
        int count = 300_000;
        AnyValue empty = AnyValue.getDefaultInstance();
        ArrayValue array = ArrayValue.newBuilder()
                .addAllValues(Collections.nCopies(count, empty))
                .build();
        io.opentelemetry.proto.trace.v1.Span.Builder span = io.opentelemetry.proto.trace.v1.Span.newBuilder();
        byte[] events = body(span.clone()
                .addAllEvents(
                        Collections.nCopies(count, io.opentelemetry.proto.trace.v1.Span.Event.getDefaultInstance())));
        byte[] values = body(span.clone()
                .addAttributes(
                        KeyValue.newBuilder().setValue(AnyValue.newBuilder().setArrayValue(array))));
        UnknownFieldSet.Field unknown = UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.EMPTY)
                .build();
        UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
        for (int i = 0; i <= count; i++) {
            fields.addField(1_000 + i, unknown);
        }
        byte[] unknowns = body(span.clone().setUnknownFields(fields.build()));
        byte[] json = ("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"events\":["
                        + String.join(",", Collections.nCopies(count, "{}")) + "]}]}]}]}")
                .getBytes(UTF_8);
        return Stream.of(
                Arguments.of("events", PROTOBUF, events),
                Arguments.of("values", PROTOBUF, values),
                Arguments.of("unknown fields", PROTOBUF, unknowns),
                Arguments.of("events", JSON, json));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("manyElements")
    void limitsElements(String elements, String contentType, byte[] body) throws IOException {
        assertThat(body).hasSizeLessThan(4 << 20);
        assertThat(post(body, contentType, null).statusCode()).isEqualTo(413);
        assertThat(post(gzip(body), contentType, "gzip").statusCode()).isEqualTo(413);
    }

    private static byte[] body(io.opentelemetry.proto.trace.v1.Span.Builder span) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
                .build()
                .toByteArray();
    }

    /** Two event loops and one store. */
    @Test
    void oneThreadOfProcessDecodes() throws IOException {
        Set<Thread> before = decoders();
        try (Service two = Service.start(yaml("store").replace("HttpVerticle\",", "HttpVerticle\", instances: 2,"))) {
            for (int i = 0; i < 8; i++) {
                try (RawConnection connection = new RawConnection(two.port())) {
                    connection.send("POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: " + JSON
                            + "\r\ncontent-length: 2\r\n\r\n{}");
                    assertThat(connection.answer().status()).isEqualTo(200);
                }
            }
            Set<Thread> added = decoders();
            added.removeAll(before);
            assertThat(added).hasSize(1);
        }
    }

    private static Set<Thread> decoders() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("otlp-decoder"))
                .collect(Collectors.toCollection(HashSet::new));
    }

    @Test
    void limitsConcurrentRequests() throws Exception {
        String spans = spanNamed("x".repeat(1 << 16)).encode();
        String head = "POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: " + JSON + "\r\ncontent-length: "
                + spans.length() + "\r\n\r\n";
        List<RawConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                RawConnection connection = new RawConnection(service.port());
                connections.add(connection);
                connection.send(head + spans.substring(1));
            }
            // Waiting requests do not block a complete one.
            assertThat(post("{}".getBytes(UTF_8), JSON, null).statusCode()).isEqualTo(200);
            for (RawConnection connection : connections) {
                connection.send("}");
            }
            Map<Integer, Integer> statuses = new TreeMap<>();
            for (RawConnection connection : connections) {
                RawConnection.Answer answer = connection.answer();
                statuses.put(answer.status(), new JsonObject(answer.body()).getInteger("code"));
            }
            // INVALID_ARGUMENT, and UNAVAILABLE, which clients retry.
            assertThat(statuses).containsExactly(entry(400, 3), entry(429, 14));
        } finally {
            for (RawConnection connection : connections) {
                connection.close();
            }
        }
    }

    @Test
    void rejectsOtherEncodings() {
        for (String contentType : List.of("text/plain", "multipart/form-data; boundary=x", "application/protobuf")) {
            HttpResponse<byte[]> response = post(new byte[0], contentType, null);
            assertThat(response.statusCode()).isEqualTo(415);
            assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        }
        HttpResponse<byte[]> zstd = post(new byte[0], JSON, "zstd");
        assertThat(zstd.statusCode()).isEqualTo(415);
        assertThat(new String(zstd.body(), UTF_8)).contains("Content-Encoding: must be gzip or identity");
        assertThat(client.get("/v1/traces").statusCode()).isEqualTo(405);
    }

    @Test
    @Tag("slow")
    void brokenBodyIsNoUnexpectedError() throws IOException {
        byte[] json = Files.readAllBytes(Path.of("src/test/resources/otlp-trace.json"));
        Random random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            byte[] body = json.clone();
            for (int j = 0; j <= random.nextInt(3); j++) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            HttpResponse<byte[]> response = post(body, i % 3 == 0 ? PROTOBUF : JSON, i % 10 == 0 ? "gzip" : null);
            assertThat(response.statusCode()).isIn(200, 400);
        }
    }

    @Test
    void receivingSpansIsNotTraced() {
        String before = client.get("/traces?service=api&limit=200").body();

        send("quiet", "none");
        for (String path : List.of(
                "/traces",
                "/api/v3/services",
                "/api/v3/trace-summaries",
                "/api/v3/capabilities",
                "/api/services",
                "/api/traces?service=api",
                "/api/dependencies",
                "/api/nothing")) {
            assertThat(client.get(path).headers().firstValue("x-trace-id"))
                    .as(path)
                    .isEmpty();
        }

        assertThat(client.get("/traces?service=api&limit=200").body()).isEqualTo(before);
    }

    @Test
    void contentOfSpansIsEscaped() {
        String script = "</script><script>alert(1)</script>";
        post(spanNamed(script).encode().getBytes(UTF_8), JSON, null);

        for (String path : List.of(
                "/traces/000000000000000000000000000000aa",
                "/traces",
                "/api/v3/traces/aa",
                "/api/v3/operations?service=" + URLEncoder.encode(script, UTF_8),
                "/api/services/" + URLEncoder.encode(script, UTF_8) + "/operations",
                "/api/traces/aa")) {
            HttpResponse<String> response = client.get(path);
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type")).contains(JSON);
            assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"limit=0", "limit=201", "minDuration=long", "since=yesterday", "services=api", "limit=1&limit=2"
            })
    void rejectsInvalidQueries(String query) {
        HttpResponse<String> response = client.get("/traces?" + query);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("detail")).startsWith(query.replaceFirst("=.*", ":"));
    }

    @Test
    void rejectsSpansWithoutStore() {
        try (Service without = Service.start(yaml(""))) {
            HttpResponse<String> response = without.client().post("/v1/traces", "{}", "content-type", JSON);
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(new JsonObject(response.body()).getString("detail"))
                    .isEqualTo(
                            "this node stores no spans (its exporters do not include 'store'); send them to a collector");
        }
    }

    private static String yaml(String exporters) {
        return """
                redis: { endpoints: ["%s"] }
                tracing: { exporters: [%s] }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis.url(), exporters);
    }

    /** Two spans, by OpenTelemetry's own exporter; the id of their trace. */
    private static String send(String serviceName, String compression) {
        try (OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + service.port() + "/v1/traces")
                        .setCompression(compression)
                        .build();
                SdkTracerProvider tracers = SdkTracerProvider.builder()
                        .setResource(
                                Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), serviceName)))
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build()) {
            Span root = tracers.get("test")
                    .spanBuilder("GET /orders")
                    .setSpanKind(SpanKind.SERVER)
                    .setStartTimestamp(Instant.now().minusMillis(5))
                    .startSpan();
            Span child = tracers.get("test")
                    .spanBuilder("SELECT orders")
                    .setParent(Context.root().with(root))
                    .setSpanKind(SpanKind.CLIENT)
                    .setStartTimestamp(Instant.now().minusMillis(3))
                    .setAttribute(AttributeKey.longArrayKey("rows"), List.of(1L, 2L))
                    .addLink(root.getSpanContext())
                    .startSpan();
            child.addEvent("retried")
                    .setStatus(StatusCode.ERROR, "no such table")
                    .end();
            root.end();
            assertThat(tracers.forceFlush().join(20, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
            return root.getSpanContext().getTraceId();
        }
    }

    private static JsonObject jaeger(String path) {
        HttpResponse<String> response = client.get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body()).getJsonObject("result");
    }

    private static JsonObject spanNamed(String text) {
        JsonObject value = JsonObject.of("stringValue", text);
        JsonObject span = new JsonObject()
                .put("traceId", "000000000000000000000000000000aa")
                .put("spanId", "00000000000000aa")
                .put("name", text)
                .put("startTimeUnixNano", "1764000000000000000")
                .put("attributes", JsonArray.of(JsonObject.of("key", text, "value", value)));
        JsonObject resource =
                JsonObject.of("attributes", JsonArray.of(JsonObject.of("key", "service.name", "value", value)));
        return JsonObject.of(
                "resourceSpans",
                JsonArray.of(JsonObject.of(
                        "resource", resource, "scopeSpans", JsonArray.of(JsonObject.of("spans", JsonArray.of(span))))));
    }

    private static HttpResponse<byte[]> post(byte[] body, String contentType, String contentEncoding) {
        return contentEncoding == null
                ? client.sendBytes("POST", "/v1/traces", BodyPublishers.ofByteArray(body), "content-type", contentType)
                : client.sendBytes(
                        "POST",
                        "/v1/traces",
                        BodyPublishers.ofByteArray(body),
                        "content-type",
                        contentType,
                        "content-encoding",
                        contentEncoding);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
