package io.redistributed.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.redistributed.config.Application;
import io.redistributed.config.ConfigFile;
import io.redistributed.testing.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares {@code openapi.yaml} with the service's responses. */
class OpenApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Set<String> METHODS =
            Set.of("get", "head", "post", "put", "delete", "patch", "options", "trace");

    private static JsonNode openapi;
    private static Application application;
    private static String url;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        try (InputStream in = OpenApiTest.class.getResourceAsStream("openapi.yaml")) {
            openapi = new YAMLMapper().readTree(in);
        }
        int port = Ports.free();
        url = "http://127.0.0.1:" + port;
        Path config = Files.writeString(folder.resolve("config.yaml"), """
                redis: { data: "%s" }
                verticles:
                  - name: "java:io.redistributed.export.JaegerExporterVerticle"
                  - name: "java:io.redistributed.generate.SummaryGenerator"
                  - name: "java:io.redistributed.generate.SimulatedGenerator"
                  - name: "java:io.redistributed.worker.WorkerVerticle"
                  - name: "java:io.redistributed.api.HttpVerticle"
                    config: { port: %d, maxBodyBytes: 1000, maxInputBytes: 1000 }
                """.formatted(folder.resolve("redis"), port));
        application = Application.start(ConfigFile.read(config, Map.of(), Map.of()), "test");
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void describesTheseOperations() {
        assertThat(described())
                .containsExactlyInAnyOrder(
                        "GET /",
                        "POST /reports",
                        "GET /reports",
                        "POST /reports/batch",
                        "GET /reports/{id}",
                        "DELETE /reports/{id}",
                        "POST /reports/{id}/retry",
                        "GET /reports/{id}/result",
                        "GET /reports/{id}/events",
                        "GET /report-types",
                        "GET /events",
                        "GET /workers",
                        "GET /traces",
                        "GET /traces/statistics",
                        "GET /traces/{traceId}",
                        "POST /v1/traces",
                        "GET /api/v3/services",
                        "GET /api/v3/operations",
                        "GET /api/v3/traces",
                        "GET /api/v3/traces/{traceId}",
                        "GET /api/v3/trace-summaries",
                        "GET /api/services",
                        "GET /api/services/{service}/operations",
                        "GET /api/operations",
                        "GET /api/traces",
                        "GET /api/traces/{traceId}",
                        "GET /api/dependencies",
                        "GET /metrics",
                        "GET /session",
                        "POST /session",
                        "DELETE /session",
                        "GET /health/live",
                        "GET /health/ready",
                        "GET /openapi.yaml");
    }

    @Test
    void everyReferenceResolves() {
        assertThat(openapi.findValuesAsText("$ref")).isNotEmpty().allSatisfy(reference -> assertThat(
                        openapi.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
    }

    @Test
    void rejectsOtherMethods() throws Exception {
        Set<Map.Entry<String, JsonNode>> paths = openapi.get("paths").properties();
        assertThat(paths).isNotEmpty();
        for (Map.Entry<String, JsonNode> path : paths) {
            for (String method : List.of("PUT", "PATCH")) {
                if (!described().contains(method + " " + path.getKey())) {
                    assertThat(send(method, path.getKey(), "").statusCode())
                            .as(method + " " + path.getKey())
                            .isEqualTo(405);
                }
            }
        }
    }

    @Test
    void describesReportFromRequestToTrace() throws Exception {
        JsonNode accepted = answer(202, "POST", "/reports", "/reports?type=summary&top=3", "a,b\n1,x\n2,y\n");
        String report = accepted.at("/links/self").textValue();

        JsonNode done = answer(200, "GET", "/reports/{id}", report + "?wait=30s", "");
        assertThat(done.get("state").textValue()).isEqualTo("done");
        answer(200, "GET", "/reports/{id}/result", report + "/result", "");
        answer(200, "GET", "/reports/{id}/events", report + "/events", "");
        String trace = accepted.at("/links/trace").textValue();
        assertThat(answer(200, "GET", "/traces/{traceId}", trace + "?wait=10s", "")
                        .get("spans"))
                .isNotEmpty();
    }

    @Test
    void describesFailedJsonReport() throws Exception {
        JsonNode accepted =
                answer(202, "POST", "/reports", "/reports", "{\"type\":\"summary\",\"input\":\"a\\n\\\"\"}");
        String report = accepted.at("/links/self").textValue();

        JsonNode failed = answer(200, "GET", "/reports/{id}", report + "?wait=30s", "");
        assertThat(failed.get("state").textValue()).isEqualTo("failed");
        answer(409, "GET", "/reports/{id}/result", report + "/result", "");
    }

    @Test
    void describesBatch() throws Exception {
        answer(
                202,
                "POST",
                "/reports/batch",
                "/reports/batch",
                "[{\"type\":\"simulated\"},{\"type\":\"summary\",\"input\":\"a\\n1\\n\"}]");
    }

    @Test
    void describesCancelRetryAndList() throws Exception {
        JsonNode accepted = answer(
                202,
                "POST",
                "/reports",
                "/reports",
                "{\"type\":\"simulated\",\"parameters\":{\"duration\":\"60m\"},\"timeout\":\"5m\",\"priority\":9}");
        String report = accepted.at("/links/self").textValue();
        JsonNode worker =
                answer(200, "GET", "/workers", "/workers", "").get("workers").get(0);
        assertThat(worker.get("running")).contains(accepted.get("id"));

        answer(202, "DELETE", "/reports/{id}", report, "");
        assertThat(answer(200, "GET", "/reports/{id}", report + "?wait=30s", "")
                        .get("state")
                        .textValue())
                .isEqualTo("cancelled");
        answer(200, "DELETE", "/reports/{id}", report, "");
        answer(409, "GET", "/reports/{id}/result", report + "/result", "");
        answer(202, "POST", "/reports/{id}/retry", report + "/retry", "");
        answer(409, "POST", "/reports/{id}/retry", report + "/retry", "");
        answer(202, "DELETE", "/reports/{id}", report, "");

        answer(202, "POST", "/reports", "/reports?type=simulated&timeout=1m&priority=1", "");
        JsonNode page = answer(200, "GET", "/reports", "/reports?limit=1", "");
        assertThat(page.get("reports")).hasSize(1);
        answer(200, "GET", "/reports", "/reports?cursor=" + page.get("cursor").textValue(), "");
    }

    @Test
    void describesIdempotencyKey() throws Exception {
        String once = "{\"type\":\"simulated\"}";
        JsonNode first = answer(202, "POST", "/reports", "/reports", once, "Idempotency-Key", "k");
        assertThat(answer(202, "POST", "/reports", "/reports", once, "Idempotency-Key", "k"))
                .isEqualTo(first);
        answer(422, "POST", "/reports", "/reports", "{\"type\":\"summary\"}", "Idempotency-Key", "k");
        answer(422, "POST", "/reports/batch", "/reports/batch", "[" + once + "]", "Idempotency-Key", "k");
        answer(202, "POST", "/reports/batch", "/reports/batch", "[" + once + "]", "Idempotency-Key", "b");
        answer(422, "POST", "/reports/batch", "/reports/batch", "[{\"type\":\"summary\"}]", "Idempotency-Key", "b");
        answer(422, "POST", "/reports", "/reports", once, "Idempotency-Key", "b");
    }

    @Test
    void describesPage() throws Exception {
        answer(200, "GET", "/", "/", "", "accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    }

    @Test
    void describesEvents() throws Exception {
        HttpResponse<Stream<String>> stream = CLIENT.send(
                HttpRequest.newBuilder(URI.create(url + "/events")).build(), HttpResponse.BodyHandlers.ofLines());
        Map<String, String> schemas = Map.of("workers", "WorkersEvent", "figures", "FiguresEvent", "report", "Report");
        Set<String> seen = new TreeSet<>();
        answer(202, "POST", "/reports", "/reports?type=simulated", "");
        try (Stream<String> lines = stream.body()) {
            String name = "";
            for (Iterator<String> line = lines.iterator(); seen.size() < schemas.size(); ) {
                String next = line.next();
                if (next.startsWith("event: ")) {
                    name = next.substring(7);
                } else if (next.startsWith("data: ")) {
                    seen.add(name);
                    JsonNode schema = JSON.createObjectNode().put("$ref", "#/$defs/" + schemas.get(name));
                    assertThat(validate(schema, JSON.readTree(next.substring(6))))
                            .as(next)
                            .isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/report-types", "/metrics", "/health/live", "/health/ready", "/openapi.yaml"})
    void describesNode(String path) throws Exception {
        answer(200, "GET", path, path, "");
    }

    @Test
    void describesOpenMetrics() throws Exception {
        answer(200, "GET", "/metrics", "/metrics", "", "accept", "application/openmetrics-text; version=1.0.0");
    }

    @Test
    void describesReceivedSpans() throws Exception {
        String spans = """
                {"resourceSpans":[{"scopeSpans":[{"spans":[
                  {"traceId":"aa%030d","spanId":"aaaaaaaaaaaaaaaa","name":"a","kind":2,"startTimeUnixNano":1e9,
                   "endTimeUnixNano":2e9,"status":{"code":2,"message":"m"},"attributes":[{"key":"n","value":{"intValue":1}}],
                   "events":[{"name":"e"}],"links":[{"traceId":"%032d","spanId":"%016d"}]},
                  {}]}]}]}
                """.formatted(1, 1, 1);
        String[] json = {"content-type", "application/json"};
        assertThat(answer(200, "POST", "/v1/traces", "/v1/traces", spans, json)
                        .at("/partialSuccess/rejectedSpans")
                        .textValue())
                .isEqualTo("1");
        answer(200, "GET", "/traces", "/traces?limit=1&since=20000d&minDuration=0s", "");
        answer(400, "GET", "/traces", "/traces?limit=x", "");
        assertThat(answer(200, "GET", "/traces/statistics", "/traces/statistics?since=20000d", "")
                        .path("operations"))
                .isNotEmpty();
        answer(400, "GET", "/traces/statistics", "/traces/statistics?limit=1", "");
        answer(200, "GET", "/api/v3/services", "/api/v3/services", "");
        assertThat(answer(200, "GET", "/api/v3/operations", "/api/v3/operations?service=missing-service-name", "")
                        .get("operations"))
                .isNotEmpty();
        String times = "query.start_time_min=1970-01-01T00:00:00Z&query.start_time_max=2100-01-01T00:00:00Z";
        answer(200, "GET", "/api/v3/traces", "/api/v3/traces?query.service_name=missing-service-name&" + times, "");
        answer(404, "GET", "/api/v3/traces", "/api/v3/traces?query.service_name=nobody&" + times, "");
        answer(400, "GET", "/api/v3/traces", "/api/v3/traces", "");
        answer(200, "GET", "/api/v3/traces/{traceId}", "/api/v3/traces/aa%030d".formatted(1), "");
        answer(404, "GET", "/api/v3/traces/{traceId}", "/api/v3/traces/1", "");
        String summaries = "/api/v3/trace-summaries?query.attributes=%7B%22n%22:%221%22%7D&" + times;
        assertThat(answer(200, "GET", "/api/v3/trace-summaries", summaries, "").get("summaries"))
                .isNotEmpty();
        answer(400, "GET", "/api/v3/trace-summaries", "/api/v3/trace-summaries", "");
        answer(400, "POST", "/v1/traces", "/v1/traces", "[]", json);
        answer(413, "POST", "/v1/traces", "/v1/traces", " ".repeat(1001), json);
        answer(415, "POST", "/v1/traces", "/v1/traces", "");
    }

    @Test
    void describesJaegersOlderApi() throws Exception {
        String spans = """
                {"resourceSpans":[{"scopeSpans":[{"spans":[
                  {"traceId":"bb%030d","spanId":"aaaaaaaaaaaaaaaa","name":"a","kind":2,"startTimeUnixNano":1e9,
                   "endTimeUnixNano":2e9,"attributes":[{"key":"n","value":{"intValue":1}}],"events":[{"name":"e"}]},
                  {"traceId":"bb%030d","spanId":"bbbbbbbbbbbbbbbb","parentSpanId":"aaaaaaaaaaaaaaaa","name":"b",
                   "startTimeUnixNano":1e9}]}]}]}
                """.formatted(1, 1);
        answer(200, "POST", "/v1/traces", "/v1/traces", spans, "content-type", "application/json");
        answer(200, "GET", "/api/services", "/api/services", "");
        String service = "missing-service-name";
        answer(200, "GET", "/api/services/{service}/operations", "/api/services/" + service + "/operations", "");
        assertThat(answer(200, "GET", "/api/operations", "/api/operations?service=" + service, "")
                        .get("data"))
                .isNotEmpty();
        answer(400, "GET", "/api/operations", "/api/operations", "");
        assertThat(answer(200, "GET", "/api/traces", "/api/traces?start=0&tag=n:1&service=" + service, "")
                        .get("data"))
                .isNotEmpty();
        answer(200, "GET", "/api/traces", "/api/traces?traceID=1", "");
        answer(400, "GET", "/api/traces", "/api/traces", "");
        answer(200, "GET", "/api/traces/{traceId}", "/api/traces/bb%030d".formatted(1), "");
        answer(404, "GET", "/api/traces/{traceId}", "/api/traces/1", "");
        answer(400, "GET", "/api/traces/{traceId}", "/api/traces/x", "");
        assertThat(answer(200, "GET", "/api/dependencies", "/api/dependencies?endTs=10000", "")
                        .get("data"))
                .hasSize(1);
        answer(400, "GET", "/api/dependencies", "/api/dependencies?endTs=x", "");
    }

    @Test
    void describesErrors() throws Exception {
        answer(400, "POST", "/reports", "/reports", "{\"type\":\"summary\",\"parameters\":{\"top\":-1,\"x\":1}}");
        answer(400, "POST", "/reports/batch", "/reports/batch", "[]");
        answer(400, "GET", "/reports/{id}", "/reports/0-0?wait=long", "");
        answer(400, "GET", "/traces/{traceId}", "/traces/0", "");
        answer(400, "GET", "/reports", "/reports?state=x", "");
        answer(404, "GET", "/reports/{id}", "/reports/0-0", "");
        answer(404, "DELETE", "/reports/{id}", "/reports/0-0", "");
        answer(404, "POST", "/reports/{id}/retry", "/reports/0-0/retry", "");
        answer(404, "GET", "/reports/{id}/result", "/reports/0-0/result", "");
        answer(404, "GET", "/reports/{id}/events", "/reports/0-0/events", "");
        answer(404, "GET", "/traces/{traceId}", "/traces/4bf92f3577b34da6a3ce929d0e0e4736?wait=0s", "");
        answer(413, "POST", "/reports", "/reports?type=summary", "x".repeat(1001));
        answer(415, "POST", "/reports", "/reports", "{}", "content-type", "text/plain");
        answer(415, "POST", "/reports/batch", "/reports/batch", "[]", "content-encoding", "br");
    }

    /** Sends the request, holds the answer to its description, and returns its body if that is JSON. */
    private static JsonNode answer(
            int status, String method, String path, String target, String body, String... headers) throws Exception {
        HttpResponse<String> answer = send(method, target, body, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);

        JsonNode operation = openapi.at("/paths").path(path).path(method.toLowerCase(Locale.ROOT));
        JsonNode responses = operation.path("responses");
        if (status < 400) {
            checkQuery(operation, URI.create(url + target).getQuery());
        }
        JsonNode response = resolve(responses.path(String.valueOf(status)));
        for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
            if (resolve(header.getValue()).path("required").booleanValue()) {
                assertThat(answer.headers().firstValue(header.getKey()))
                        .as(header.getKey())
                        .isPresent();
            }
        }
        String contentType = answer.headers().firstValue("content-type").orElseThrow();
        JsonNode content = response.path("content");
        JsonNode media = content.has("*/*") ? content.get("*/*") : content.path(contentType);
        assertThat(media.isMissingNode()).as("description of " + contentType).isFalse();
        if (!contentType.endsWith("json")) {
            return null;
        }
        JsonNode json = JSON.readTree(answer.body());
        assertThat(validate(media.get("schema"), json)).as(answer.body()).isEmpty();
        return json;
    }

    /** Texts only: others are texts in a query. */
    private static void checkQuery(JsonNode operation, String query) throws IOException {
        for (String parameter : query == null ? new String[0] : query.split("&")) {
            String[] parts = parameter.split("=", 2);
            for (JsonNode described : operation.path("parameters")) {
                JsonNode schema = resolve(resolve(described).path("schema"));
                if (resolve(described).path("name").textValue().equals(parts[0])
                        && schema.path("type").asText().equals("string")) {
                    assertThat(validate(schema, new TextNode(parts[1])))
                            .as(parameter)
                            .isEmpty();
                }
            }
        }
    }

    private static Set<ValidationMessage> validate(JsonNode schema, JsonNode json) throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(closed(schema))
                .validate(json);
    }

    /** Returns the schema with its references, without undeclared properties. */
    private static JsonNode closed(JsonNode schema) throws IOException {
        ObjectNode schemas = openapi.at("/components/schemas").deepCopy();
        for (JsonNode object : schemas) {
            if (object.has("properties")) {
                ((ObjectNode) object).put("additionalProperties", false);
            }
        }
        ObjectNode closed = schema.deepCopy();
        closed.set("$defs", schemas);
        return JSON.readTree(closed.toString().replace("#/components/schemas/", "#/$defs/"));
    }

    private static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? openapi.at(node.get("$ref").textValue().substring(1)) : node;
    }

    private static HttpResponse<String> send(String method, String target, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + target.replaceAll("[{}]", "")))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Set<String> described() {
        Set<String> operations = new TreeSet<>();
        openapi.get("paths").properties().forEach(path -> path.getValue().properties().stream()
                .map(Map.Entry::getKey)
                .filter(METHODS::contains)
                .forEach(method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        return operations;
    }
}
