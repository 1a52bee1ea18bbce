package io.redistributed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares Jaeger's APIs with recorded requests and responses of Jaeger, see {@code
 * src/test/resources/jaeger/README.md}.
 */
class JaegerContractTest {

    /** As Jaeger's page writes it: microseconds made into ISO, in snake case. */
    private static final String TIMES =
            "query.start_time_min=2025-11-24T15%3A00%3A00.000Z&query.start_time_max=2025-11-24T17%3A00%3A00.000Z";

    private static final String MICROS = "start=1763990000000000&end=1764090000000000";

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisServer.start();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                tracing: { exporters: [store] }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT } }
                """.formatted(redis.url()));
        client = service.client();
        assertThat(client.post("/v1/traces", recorded("spans"), "content-type", "application/json")
                        .body())
                .isEqualTo("{}");
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    /** The requests of Grafana's data source, as its source text writes them, with all fields of the responses. */
    @TestFactory
    Stream<DynamicTest> answersGrafana() throws IOException {
        return new JsonArray(recorded("grafana"))
                .stream()
                        .map(JsonObject.class::cast)
                        .map(recorded ->
                                DynamicTest.dynamicTest(recorded.getString("grafana"), () -> replay(recorded)));
    }

    private static void replay(JsonObject recorded) throws IOException {
        HttpResponse<String> response = client.get(recorded.getString("request"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(recorded.getInteger("status", 200));
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        JsonObject body = new JsonObject(response.body());
        if (recorded.containsKey("otlp")) {
            assertIsWhatWasSent(body);
        } else {
            String trace = recorded.getString("trace");
            JsonObject answer = trace == null ? recorded.getJsonObject("answer") : new JsonObject(recorded(trace));
            assertThat(body).isEqualTo(answer);
        }
    }

    /** The requests of Jaeger's page, with their responses. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/api/v3/services | {\"services\": [\"shop/web\", \"stock\"]}",
                "/api/v3/operations?service=shop%2Fweb | {\"operations\": [{\"name\": \"GET /cart\", \"spanKind\": \"server\"}]}",
                "/api/v3/operations?service=stock | {\"operations\": [{\"name\": \"orphan\", \"spanKind\": \"internal\"},"
                        + " {\"name\": \"reserve\", \"spanKind\": \"consumer\"}]}",
                "/api/v3/operations?service=stock&spanKind=consumer | {\"operations\": [{\"name\": \"reserve\", \"spanKind\": \"consumer\"}]}",
                "/api/v3/operations?service=stock&span_kind=consumer | {\"operations\": [{\"name\": \"reserve\", \"spanKind\": \"consumer\"}]}",
                "/api/v3/operations?service=stock&spanKind=CONSUMER | {\"operations\": []}",
                "/api/v3/operations?service=nobody | {\"operations\": []}",
                "/api/v3/operations | {\"operations\": []}",
                "/api/services | {\"data\": [\"shop/web\", \"stock\"], \"total\": 2, \"limit\": 0, \"offset\": 0, \"errors\": null}",
                "/api/services/shop%2Fweb/operations | {\"data\": [\"GET /cart\"], \"total\": 1, \"limit\": 0, \"offset\": 0, \"errors\": null}",
                "/api/services/nobody/operations | {\"data\": [], \"total\": 0, \"limit\": 0, \"offset\": 0, \"errors\": null}",
                "/api/operations?service=stock | {\"data\": [{\"name\": \"orphan\", \"spanKind\": \"\"},"
                        + " {\"name\": \"reserve\", \"spanKind\": \"consumer\"}], \"total\": 2, \"limit\": 0, \"offset\": 0, \"errors\": null}",
                "/api/operations?service=shop%2Fweb&spanKind=server | {\"data\": [{\"name\": \"GET /cart\", \"spanKind\": \"server\"}],"
                        + " \"total\": 1, \"limit\": 0, \"offset\": 0, \"errors\": null}",
                "/api/dependencies?endTs=1764010000000&lookback=604800000 | {\"data\": [{\"parent\": \"shop/web\", \"child\": \"stock\","
                        + " \"callCount\": 1}], \"total\": 0, \"limit\": 0, \"offset\": 0, \"errors\": null}",
                "/api/dependencies?endTs=1764010000000&service=stock | {\"data\": [{\"parent\": \"shop/web\", \"child\": \"stock\","
                        + " \"callCount\": 1}], \"total\": 0, \"limit\": 0, \"offset\": 0, \"errors\": null}",
                "/api/dependencies?endTs=1764010000000&service=nobody | {\"data\": [], \"total\": 0, \"limit\": 0, \"offset\": 0, \"errors\": null}",
                "/api/dependencies | {\"data\": [], \"total\": 0, \"limit\": 0, \"offset\": 0, \"errors\": null}",
                "/api/traces?service=nobody&MICROS | {\"data\": [], \"total\": 0, \"limit\": 0, \"offset\": 0, \"errors\": null}",
                "/api/traces?traceID=abc | {\"data\": [], \"total\": 0, \"limit\": 0, \"offset\": 0, \"errors\":"
                        + " [{\"msg\": \"trace not found\", \"traceID\": \"00000000000000000000000000000abc\"}]}",
                "/api/v3/trace-summaries?query.service_name=nobody&TIMES | {\"summaries\": []}",
            })
    void matchesJaegersResponse(String request, String answer) {
        HttpResponse<String> response = client.get(path(request));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(new JsonObject(response.body())).isEqualTo(new JsonObject(answer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/traces/0102030405060708090A0B0C0D0E0FFF",
                "/api/traces/102030405060708090a0b0c0d0e0fff?end=1764000001000000&start=1764000000000000&raw=false",
                "/api/traces?service=shop%2Fweb&MICROS&limit=20&lookback=custom",
                "/api/traces?service=shop%2Fweb&operation=GET%20%2Fcart&minDuration=250ms&maxDuration=.26s&MICROS",
                "/api/traces?service=shop%2Fweb&MICROS&tags=%7B%22error%22%3A%22true%22%2C%22host.name%22%3A%22web-1%22%7D",
                "/api/traces?service=shop%2Fweb&MICROS&tag=http.response.status_code:500&tag=ratio:0.25",
                "/api/traces?service=stock&start=1764000000100000&end=1764000000100000&limit=99999999",
                "/api/traces?traceID=0102030405060708090a0b0c0d0e0fff&traceID=102030405060708090a0b0c0d0e0fff",
            })
    void olderApiReturnsTrace(String request) throws IOException {
        HttpResponse<String> response = client.get(path(request));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(new JsonObject(response.body())).isEqualTo(new JsonObject(recorded("v1-trace")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v3/traces/0102030405060708090A0B0C0D0E0FFF?rawTraces=T",
                "/api/v3/traces/102030405060708090a0b0c0d0e0fff?start_time=2025-11-24T15:00:00+02:00&end_time=2030-01-01T00:00:00Z",
                "/api/v3/traces/AQIDBAUGBwgJCgsMDQ4P%2Fw==",
                "/api/v3/traces/AQIDBAUGBwgJCgsMDQ4P_w",
                "/api/v3/traces?query.service_name=shop%2Fweb&TIMES",
                "/api/v3/traces?query.serviceName=stock&query.operationName=reserve&query.durationMax=0.1s&query.searchDepth=5000&TIMES",
                "/api/v3/traces?query.service_name=&query.span_name=reserve&query.duration_min=0&query.num_traces=1&TIMES",
                "/api/v3/traces?query.attributes=%7B%22resource.host.name%22%3A%22web-1%22%7D&TIMES",
                "/api/v3/traces?query.attributes=%7B%7D&query.raw_traces=false&unknown=1&TIMES",
            })
    void apiV3ReturnsTrace(String request) throws IOException {
        HttpResponse<String> response = client.get(path(request));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertIsWhatWasSent(new JsonObject(response.body()));
    }

    private static void assertIsWhatWasSent(JsonObject response) throws IOException {
        JsonArray answered = response.getJsonObject("result").getJsonArray("resourceSpans");
        JsonArray sent = new JsonObject(recorded("spans")).getJsonArray("resourceSpans");
        assertThat(answered).hasSize(2);
        IntStream.range(0, 2).forEach(i -> assertThat(answered).containsOnlyOnce(asAnswered(sent.getJsonObject(i))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v3/trace-summaries?query.service_name=shop%2Fweb&query.num_traces=20&TIMES",
                "/api/v3/trace-summaries?query.attributes=%7B%22error%22%3A%22true%22%7D&query.duration_min=.25s&TIMES",
                "/api/v3/trace-summaries?query.startTimeMin=2025-11-24T16:00:00.100Z&query.startTimeMax=2025-11-24T18:00:00.101%2B02:00",
            })
    void traceSummariesHaveJaegersFormat(String request) throws IOException {
        HttpResponse<String> response = client.get(path(request));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(new JsonObject(response.body())).isEqualTo(new JsonObject(recorded("v3-summaries")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"false\"}",
                "{\"http.response.status_code\":\"501\"}",
                "{\"http.response.status_code\":\"500\",\"host.name\":\"web-2\"}",
                "{\"resource.ratio\":\"0.25\"}",
                "{\"span.kind\":\"client\"}",
                "{\"absent\":\"\"}",
            })
    void unknownAttributesFindNothing(String attributes) {
        String json = URLEncoder.encode(attributes, UTF_8);

        assertThat(client.get(path("/api/v3/traces?query.serviceName=shop%2Fweb&TIMES&query.attributes=" + json))
                        .statusCode())
                .isEqualTo(404);
        assertThat(client.get(path(
                                "/api/v3/trace-summaries?query.serviceName=shop%2Fweb&TIMES&query.attributes=" + json))
                        .body())
                .isEqualTo("{\"summaries\":[]}");
        assertThat(client.get(path("/api/traces?service=shop%2Fweb&MICROS&tags=" + json))
                        .body())
                .startsWith("{\"data\":[],");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | traces | query.startTimeMin and query.startTimeMax are required",
                "400 | traces?query.startTimeMin=2026-01-01T00:00:00Z | query.startTimeMin and query.startTimeMax are required",
                "400 | traces?TIMES&query.start_time_min=2026-01-01&query.startTimeMin=soon | malformed parameter query.startTimeMin: \"soon\" is not",
                "400 | traces?query.start_time_max=x&query.start_time_min=2026-01-01T00:00:00Z | malformed parameter query.start_time_max: \"x\" is not",
                "400 | traces?query.startTimeMin=2026-01-01T00:00:00Z&query.startTimeMax=2026-01-01T00:00:00Z | query.startTimeMin must be before query.startTimeMax",
                "400 | traces?TIMES&query.durationMin=1 | malformed parameter query.durationMin: \"1\" is not a duration",
                "400 | traces?TIMES&query.duration_min=-1s | malformed parameter query.duration_min",
                "400 | traces?TIMES&query.durationMax=300000000h | malformed parameter query.durationMax",
                "400 | traces?TIMES&query.durationMin=2s&query.durationMax=1s | query.durationMax must not be less than query.durationMin",
                "400 | traces?TIMES&query.searchDepth=0 | malformed parameter query.searchDepth",
                "400 | traces?TIMES&query.num_traces=many | malformed parameter query.num_traces",
                "400 | traces?TIMES&query.rawTraces=yes | malformed parameter query.rawTraces",
                "400 | traces?TIMES&query.attributes=%7Bx | malformed parameter query.attributes",
                "400 | traces?TIMES&query.attributes=%7B%22a%22:1%7D | malformed parameter query.attributes",
                "400 | traces?TIMES&query.attributes=%5B%5D | malformed parameter query.attributes",
                "400 | traces?TIMES&query.filter=%7B%7D | query.filter: unknown query parameter",
                "400 | trace-summaries | query.startTimeMin and query.startTimeMax are required",
                "400 | trace-summaries?TIMES&query.attributes=x | malformed parameter query.attributes",
                "400 | traces/xyz | malformed parameter trace_id",
                "400 | traces/0102030405060708090a0b0c0d0e0f100 | malformed parameter trace_id",
                "400 | traces/AQIDBA== | malformed parameter trace_id",
                "400 | traces/1?startTime=abc | malformed parameter startTime",
                "400 | traces/1?end_time=abc | malformed parameter end_time",
                "400 | traces/1?raw_traces=foobar | malformed parameter raw_traces",
                "404 | traces/1 | No traces found",
                "404 | traces?TIMES&query.service_name=nobody | No traces found",
            })
    void apiV3ErrorsHaveItsFormat(int status, String request, String message) {
        HttpResponse<String> response = client.get(path("/api/v3/" + request));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject error = new JsonObject(response.body());
        assertThat(error.fieldNames()).containsExactly("error");
        assertThat(error.getJsonObject("error").fieldNames()).containsExactly("httpCode", "message");
        assertThat(error.getJsonObject("error").getInteger("httpCode")).isEqualTo(status);
        assertThat(error.getJsonObject("error").getString("message")).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | operations | parameter 'service' is required",
                "400 | traces | parameter 'service' is required",
                "400 | traces?service=a&start=now | unable to parse param 'start': \"now\" is not",
                "400 | traces?service=a&start=2&end=1 | invalid parameter: start time must be before end time",
                "400 | traces?service=a&minDuration=2s&maxDuration=1s | 'maxDuration' should be greater than 'minDuration'",
                "400 | traces?service=a&minDuration=2 | unable to parse param 'minDuration'",
                "400 | traces?service=a&limit=0 | unable to parse param 'limit'",
                "400 | traces?service=a&tag=nothing | malformed 'tag' parameter, expecting key:value, received: nothing",
                "400 | traces?service=a&tags=x | unable to parse param 'tags'",
                "400 | traces?service=a&tags=%7B%7D&tags=%7B%22a%22:true%7D | unable to parse param 'tags'",
                "400 | traces?traceID=xyz | unable to parse param 'traceID'",
                "400 | traces/AQIDBAUGBwgJCgsMDQ4P_w | unable to parse param 'traceID'",
                "400 | traces/1?start=x | unable to parse param 'start'",
                "400 | traces/1?raw=x | unable to parse param 'raw'",
                "400 | dependencies?endTs=x | unable to parse param 'endTs'",
                "400 | dependencies?lookback=1h | unable to parse param 'lookback'",
                "404 | traces/1 | trace not found",
            })
    void olderApiErrorsHaveItsFormat(int status, String request, String message) {
        HttpResponse<String> response = client.get(path("/api/" + request));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject envelope = new JsonObject(response.body());
        assertThat(envelope.fieldNames()).containsExactlyInAnyOrder("data", "total", "limit", "offset", "errors");
        assertThat(envelope.getValue("data")).isNull();
        JsonObject error = envelope.getJsonArray("errors").getJsonObject(0);
        assertThat(error.fieldNames()).containsExactly("code", "msg");
        assertThat(error.getInteger("code")).isEqualTo(status);
        assertThat(error.getString("msg")).startsWith(message);
    }

    @Test
    void extremeTimesAreRejected() {
        for (String request : new String[] {
            "/api/traces?service=a&start=-9223372036854775808&end=9223372036854775807",
            "/api/dependencies?endTs=-9223372036854775808&lookback=9223372036854775807",
            "/api/dependencies?endTs=9223372036854775807&lookback=-9223372036854775808",
            "/api/v3/trace-summaries?query.startTimeMin=-999999999-01-01T00:00:00Z&query.startTimeMax=%2B999999999-01-01T00:00:00Z",
        }) {
            assertThat(client.get(request).statusCode()).as(request).isEqualTo(200);
        }
    }

    /** What was sent, without what has its default; spans of one resource and scope are together. */
    private static JsonObject asAnswered(JsonObject resourceSpans) {
        JsonObject scopeSpans = resourceSpans.getJsonArray("scopeSpans").getJsonObject(0);
        if (!scopeSpans.containsKey("scope")) {
            scopeSpans.put("scope", new JsonObject());
        }
        scopeSpans.getJsonArray("spans").stream().map(JsonObject.class::cast).forEach(span -> {
            if (!span.containsKey("status")) {
                span.put("status", new JsonObject());
            }
        });
        return resourceSpans;
    }

    private static String path(String request) {
        return request.replace("TIMES", TIMES).replace("MICROS", MICROS);
    }

    private static String recorded(String name) throws IOException {
        try (InputStream in = JaegerContractTest.class.getResourceAsStream("/jaeger/" + name + ".json")) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
