package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Successful requests of the API. */
class ReportsApiTest {

    private static final String CSV = "name,amount\nAda,1\nBob,2\n";

    @RegisterExtension
    static final ApiFixture api = ApiFixture.start();

    private static ApiClient client;

    @BeforeAll
    static void connect() {
        client = api.client();
    }

    @Test
    void acceptedReportHasLocationAndTrace() {
        HttpResponse<String> response = client.post("/reports?type=summary", CSV, "content-type", "text/csv");
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        JsonObject report = new JsonObject(response.body());
        String self = "/reports/" + report.getString("id");
        assertThat(response.headers().firstValue("location")).hasValue(self);
        assertThat(report)
                .isEqualTo(new JsonObject()
                        .put("id", report.getString("id"))
                        .put("type", "summary")
                        .put("state", "queued")
                        .put(
                                "traceId",
                                response.headers().firstValue("x-trace-id").orElseThrow())
                        .put(
                                "links",
                                new JsonObject()
                                        .put("self", self)
                                        .put("result", self + "/result")
                                        .put("trace", "/traces/" + report.getString("traceId"))));
    }

    @Test
    void inputInJsonMayBeAsLongAsTheBody() {
        String input = "1".repeat(StreamReadConstraints.DEFAULT_MAX_STRING_LEN + 1);

        client.submit("/reports", "{\"type\":\"simulated\",\"input\":\"" + input + "\"}");
    }

    @Test
    void longPollReturnsDoneReport() {
        JsonObject report = client.ended(client.submit("/reports?type=simulated&duration=300ms&resultBytes=17", ""));
        assertThat(report.getString("state")).isEqualTo("done");
        assertThat(report.getInteger("attempt")).isEqualTo(1);
        assertThat(report.getInteger("size")).isEqualTo(17);
        assertThat(report.getString("contentType")).isEqualTo("application/json");
        assertThat(report.getInstant("ended")).isAfterOrEqualTo(report.getInstant("created"));
    }

    @Test
    void expiredLongPollReturnsCurrentState() {
        String id = client.submit("/reports?type=simulated&duration=3s", "");
        JsonObject report =
                new JsonObject(client.get("/reports/" + id + "?wait=100ms").body());
        assertThat(report.getString("state")).isEqualTo("running");
        HttpResponse<String> result = client.get("/reports/" + id + "/result");
        assertThat(result.statusCode()).isEqualTo(409);
        assertThat(new JsonObject(result.body()).getString("detail"))
                .isEqualTo("report " + id + " is running; it has no result yet");
        assertThat(new JsonObject(result.body()).getString("state")).isEqualTo("running");
    }

    @ParameterizedTest
    @CsvSource({
        "json, application/json, json, {",
        "csv, text/csv; charset=utf-8, csv, 'name,type'",
        "html, text/html; charset=utf-8, html, <!DOCTYPE html>",
    })
    void resultHasRequestedFormat(String format, String contentType, String ending, String start) {
        String id = client.submit("/reports?type=summary&format=" + format, CSV);
        assertThat(client.ended(id).getString("state")).isEqualTo("done");
        HttpResponse<String> result = client.get("/reports/" + id + "/result");
        assertThat(result.statusCode()).isEqualTo(200);
        assertThat(result.headers().firstValue("content-type")).hasValue(contentType);
        assertThat(result.headers().firstValue("content-disposition"))
                .hasValue("inline; filename=\"report-" + id + "." + ending + "\"");
        assertThat(result.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(result.headers().firstValue("content-security-policy").orElseThrow())
                .startsWith("sandbox;");
        assertThat(result.body().toLowerCase()).startsWith(start.toLowerCase());
    }

    @Test
    void schemaDefinesTypesOfQueryParameters() {
        String id = client.submit("/reports?type=summary&header=false&top=1&separator=%2C", "1,2\n1,3\n");
        assertThat(client.ended(id).getString("state")).isEqualTo("done");
        JsonObject result =
                new JsonObject(client.get("/reports/" + id + "/result").body());
        assertThat(result.getInteger("rows")).isEqualTo(2);
        assertThat(result.getJsonArray("columns").getJsonObject(1).getJsonArray("top"))
                .hasSize(1);
    }

    @Test
    void jsonBodyHasParametersAndInput() {
        String body = new JsonObject()
                .put("type", "summary")
                .put("parameters", new JsonObject().put("format", "csv"))
                .put("input", CSV)
                .encode();
        String id = client.submit("/reports", body, "content-type", "application/json");
        assertThat(client.ended(id).getString("contentType")).startsWith("text/csv");
    }

    @ParameterizedTest
    @CsvSource({"1", "100"})
    void acceptsBatch(int size) {
        JsonObject answer = new JsonObject(
                client.post("/reports/batch", new JsonArray(Collections.nCopies(size, type("simulated"))).encode())
                        .body());
        assertThat(answer.getJsonArray("reports")).hasSize(size);
        for (Object report : answer.getJsonArray("reports")) {
            JsonObject ended = client.ended(((JsonObject) report).getString("id"));
            assertThat(ended.getString("state")).isEqualTo("done");
            assertThat(ended.getString("traceId")).isEqualTo(answer.getString("traceId"));
        }
    }

    @Test
    void failedReportHasErrorAndNoResult() {
        String id = client.submit("/reports?type=summary", "a,b\n\"broken");
        JsonObject report = client.ended(id);
        assertThat(report.getString("state")).isEqualTo("failed");
        assertThat(report.getString("error")).contains("line 2");
        HttpResponse<String> result = client.get("/reports/" + id + "/result");
        assertThat(result.statusCode()).isEqualTo(409);
        assertThat(new JsonObject(result.body()).getString("detail")).contains(report.getString("error"));
    }

    @Test
    void entryHasLinks() {
        HttpResponse<String> response = client.get("/");
        assertThat(response.statusCode()).isEqualTo(200);
        JsonObject entry = new JsonObject(response.body());
        assertThat(entry.getString("name")).isEqualTo("redistributed");
        assertThat(entry.getJsonObject("links").getMap())
                .containsOnlyKeys("reports", "traces", "description", "ready")
                .containsEntry("reports", "/reports");
        assertThat(client.get(entry.getJsonObject("links").getString("description"))
                        .body())
                .startsWith("openapi: 3.1");
        assertThat(client.get(entry.getJsonObject("links").getString("ready")).body())
                .isEqualTo("{\"status\":\"UP\",\"redis\":\"connected\"}");
        assertThat(client.get("/health/live").body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(client.get("/openapi.yaml").headers().firstValue("content-type"))
                .hasValue("application/yaml");
    }

    @Test
    void headIsGetWithoutBody() {
        for (String path : List.of("/", "/openapi.yaml", "/health/ready")) {
            HttpResponse<String> response = client.send("HEAD", path, BodyPublishers.noBody());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEmpty();
            assertThat(response.headers().firstValue("content-type"))
                    .isEqualTo(client.get(path).headers().firstValue("content-type"));
        }
    }

    private static JsonObject type(String type) {
        return new JsonObject().put("type", type);
    }
}
