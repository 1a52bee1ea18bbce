package io.redistributed;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.redistributed.auth.ApiKey;
import io.redistributed.auth.AuditLog;
import io.redistributed.auth.Right;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The API with authentication by keys. */
class AuthenticationTest {

    /** Callers with one right each, named after it, and two with several. */
    private static final List<String> PEOPLE = List.of("alice", "bob");

    /** Which rights allow which operation; none for anyone. */
    private static final Map<String, String> RIGHTS = rights("""
            GET /                                    |
            GET /openapi.yaml                        |
            GET /session                             |
            DELETE /session                          |
            GET /health/live                         |
            GET /health/ready                        |
            POST /session                            | submit read operate ingest metrics
            POST /reports                            | submit
            POST /reports/batch                      | submit
            GET /reports                             | read operate
            GET /reports/{id}                        | read operate
            DELETE /reports/{id}                     | submit operate
            POST /reports/{id}/retry                 | submit operate
            GET /reports/{id}/result                 | read operate
            GET /reports/{id}/events                 | read operate
            GET /report-types                        | submit read operate
            GET /events                              | read operate
            GET /workers                             | operate
            GET /traces                              | operate
            GET /traces/statistics                   | operate
            GET /traces/{traceId}                    | read operate
            POST /v1/traces                          | ingest
            GET /api/v3/services                     | operate
            GET /api/v3/operations                   | operate
            GET /api/v3/traces                       | operate
            GET /api/v3/traces/{traceId}             | operate
            GET /api/v3/trace-summaries              | operate
            GET /api/services                        | operate
            GET /api/services/{service}/operations   | operate
            GET /api/operations                      | operate
            GET /api/traces                          | operate
            GET /api/traces/{traceId}                | operate
            GET /api/dependencies                    | operate
            GET /metrics                             | metrics
            """);

    private static final Map<String, String> keys = new HashMap<>();

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        JsonArray callers = new JsonArray();
        for (Right right : Right.values()) {
            callers.add(caller(right.text(), right.text()));
        }
        PEOPLE.forEach(name -> callers.add(caller(name, "submit", "read")));
        callers.add(caller("chief", "submit", "operate"));
        redis = RedisServer.start();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                auth: { callers: %s }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.generate.SimulatedGenerator" }
                  - { name: "java:io.redistributed.generate.traces.TracesGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", config: { drain: 1ms } }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: PORT, host: 0.0.0.0 } }
                """.formatted(redis.url(), callers));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    private static JsonObject caller(String name, String... rights) {
        String key = ApiKey.random();
        keys.put(name, key);
        return JsonObject.of(
                "name", name, "keys", JsonArray.of(ApiKey.hash(key)), "rights", JsonArray.of((Object[]) rights));
    }

    private static Map<String, String> rights(String table) {
        return table.lines()
                .map(line -> line.split("\\|", -1))
                .collect(toMap(row -> row[0].strip(), row -> row[1].strip()));
    }

    static List<String> operations() throws IOException {
        List<String> operations = new ArrayList<>();
        try (InputStream in = AuthenticationTest.class.getResourceAsStream("api/openapi.yaml")) {
            JsonNode paths = new YAMLMapper().readTree(in).get("paths");
            paths.properties().forEach(path -> Stream.of("get", "post", "put", "delete", "patch")
                    .filter(path.getValue()::has)
                    .forEach(method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        }
        return operations;
    }

    @Test
    void reportsAboutAllTracesAreForOperators() {
        HttpResponse<String> refused = client.post("/reports?type=traces", "", bearer("alice"));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("type: 'traces' needs the right operate");
        assertThat(client.post("/reports?type=traces", "", bearer("chief")).statusCode())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void eachOperationNeedsItsRight(String operation) {
        assertThat(RIGHTS).as("every operation has a row").containsKey(operation);
        Set<Right> allowed = EnumSet.noneOf(Right.class);
        Stream.of(RIGHTS.get(operation).split(" "))
                .flatMap(name -> Right.of(name).stream())
                .forEach(allowed::add);
        String method = operation.split(" ")[0];
        String path = operation
                .split(" ")[1]
                .replace("{traceId}", "4bf92f3577b34da6a3ce929d000e4736")
                .replaceAll("\\{\\w+}", "0-1");

        HttpResponse<InputStream> withoutKey = status(method, path);
        if (allowed.isEmpty()) {
            assertThat(withoutKey.statusCode()).isLessThan(400);
            return;
        }
        assertThat(withoutKey.statusCode()).isEqualTo(401);
        assertThat(withoutKey.headers().firstValue("www-authenticate")).contains("Bearer realm=\"redistributed\"");
        for (Right right : Right.values()) {
            int status = status(method, path, bearer(right.text())).statusCode();
            if (allowed.contains(right)) {
                assertThat(status).as(right.text()).isNotIn(401, 403, 405, 500);
            } else {
                assertThat(status).as(right.text()).isEqualTo(403);
            }
        }
    }

    /** An event stream does not end, so that only the head of the response is read. */
    private static HttpResponse<InputStream> status(String method, String path, String... headers) {
        return client.head(method, path.startsWith("/traces/") ? path + "?wait=0s" : path, headers);
    }

    @Test
    void callersOfOthersReportsGetWhatUnknownIdsGet() {
        String id = client.submit("/reports?type=simulated&duration=60m", "", bearer("alice"));
        String unknown = id.replaceFirst("-.{32}-", "-" + "0".repeat(32) + "-");
        List<String> operations =
                List.of("GET ", "DELETE ", "POST /retry", "GET /result", "GET /events", "GET ?wait=1ms");
        for (String operation : operations) {
            String method = operation.split(" ")[0];
            String suffix = operation.substring(method.length() + 1);
            HttpResponse<String> foreign = send(method, "/reports/" + id + suffix, "bob");
            HttpResponse<String> absent = send(method, "/reports/" + unknown + suffix, "bob");
            assertThat(foreign.statusCode()).as(operation).isEqualTo(404);
            assertThat(withoutTrace(foreign)).isEqualTo(withoutTrace(absent).replace(unknown, id));
        }
        assertThat(client.get("/reports/" + id, bearer("alice")).statusCode()).isEqualTo(200);
        assertThat(client.get("/reports/" + id, bearer("operate")).statusCode()).isEqualTo(200);
        assertThat(send("DELETE", "/reports/" + id, "operate").statusCode()).isIn(200, 202);
    }

    private static String withoutTrace(HttpResponse<String> response) {
        return response.body().replaceAll("\"traceId\":\"\\w+\"", "");
    }

    @Test
    void callersListTheirOwnReports() {
        String ofAlice = client.submit("/reports?type=simulated", "", bearer("alice"));
        String ofBob = client.submit("/reports?type=simulated", "", bearer("bob"));

        assertThat(listed("alice", "")).contains(ofAlice).doesNotContain(ofBob);
        assertThat(listed("bob", "&type=simulated")).contains(ofBob).doesNotContain(ofAlice);
        assertThat(listed("operate", "")).contains(ofAlice, ofBob);
    }

    private static List<String> listed(String caller, String filter) {
        HttpResponse<String> list = client.get("/reports?limit=200" + filter, bearer(caller));
        return new JsonObject(list.body())
                .getJsonArray("reports").stream()
                        .map(report -> ((JsonObject) report).getString("id"))
                        .toList();
    }

    @Test
    void callersSeeEventsOfTheirOwnReports() {
        String ofAlice = client.submit("/reports?type=simulated", "", bearer("alice"));
        String ofBob = client.submit("/reports?type=simulated", "", bearer("bob"));

        assertThat(client.readUntil("/events", ofBob + ".*event: figures", bearer("bob")))
                .contains(ofBob)
                .doesNotContain(ofAlice)
                .doesNotContain("event: workers");
        assertThat(client.readUntil("/events", ofAlice + ".*event: workers", bearer("operate")))
                .contains(ofBob);
    }

    @Test
    void idempotencyKeysBelongToTheirCaller() {
        String[] ofAlice = {"authorization", "Bearer " + keys.get("alice"), "idempotency-key", "k1"};
        String[] ofBob = {"authorization", "Bearer " + keys.get("bob"), "idempotency-key", "k1"};
        String first = client.submit("/reports?type=simulated", "", ofAlice);

        assertThat(client.submit("/reports?type=simulated", "", ofAlice)).isEqualTo(first);
        assertThat(client.submit("/reports?type=simulated", "", ofBob)).isNotEqualTo(first);
    }

    @Test
    void callersReadTracesOfTheirOwnReports() {
        JsonObject accepted = new JsonObject(
                client.post("/reports?type=simulated", "", bearer("alice")).body());
        String trace = accepted.getJsonObject("links").getString("trace");

        assertThat(client.get(trace + "?wait=10s", bearer("alice")).statusCode())
                .isEqualTo(200);
        assertThat(client.get(trace + "?wait=10s", bearer("operate")).statusCode())
                .isEqualTo(200);
        assertThat(client.get(trace + "?wait=0s", bearer("bob")).statusCode()).isEqualTo(404);
    }

    @Test
    void addingToATraceDoesNotOpenIt() {
        JsonObject accepted = new JsonObject(
                client.post("/reports?type=simulated", "", bearer("alice")).body());
        String traceId = accepted.getString("traceId");
        client.submit(
                "/reports?type=simulated",
                "",
                "authorization",
                "Bearer " + keys.get("bob"),
                "traceparent",
                "00-" + traceId + "-00f067aa0ba902b7-01");

        assertThat(client.get("/traces/" + traceId + "?wait=1s", bearer("bob")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void waitForTraceOfAnotherEndsWithItsRequest() throws IOException {
        String trace = "/traces/"
                + new JsonObject(client.post("/reports?type=simulated", "", bearer("alice"))
                                .body())
                        .getString("traceId");
        assertThat(client.get(trace + "?wait=10s", bearer("alice")).statusCode())
                .isEqualTo(200);

        try (RawConnection connection = new RawConnection(service.port())) {
            connection.send("GET " + trace + "?wait=60s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + keys.get("bob") + "\r\n\r\n");
            connection.endInput();
            assertThat(connection.answer().status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer rd_wrong", "Basic YTpi", "Bearer", "rd_wrong", "Bearer a b", "Bearer e30.e30.e30"})
    void wrongCredentialsAreRefused(String authorization) {
        HttpResponse<String> response = client.get("/reports", "authorization", authorization);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(response.headers().firstValue("www-authenticate").orElseThrow())
                .matches("Bearer realm=\"redistributed\", error=\"invalid_(token|request)\"");
        assertThat(response.body()).doesNotContain("rd_wrong");
    }

    @Test
    void cookieIsAsGoodAsTheHeader() {
        HttpResponse<String> login = send("POST", "/session", "alice");
        String cookie = login.headers().firstValue("set-cookie").orElseThrow();

        assertThat(login.statusCode()).isEqualTo(204);
        assertThat(cookie).matches("redistributed=rd_[\\w-]+; Path=/; HTTPOnly; SameSite=Strict");
        String value = cookie.replaceFirst(";.*", "");
        assertThat(client.get("/reports", "cookie", value).statusCode()).isEqualTo(200);
        assertThat(new JsonObject(client.get("/session", "cookie", value).body()))
                .isEqualTo(JsonObject.of(
                        "authentication", true, "name", "key:alice", "rights", JsonArray.of("read", "submit")));
        assertThat(client.get("/workers", "cookie", value).statusCode()).isEqualTo(403);
        assertThat(client.post("/reports?type=simulated", "", "cookie", value, "origin", "http://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(client.get("/reports", "cookie", "redistributed=rd_wrong").statusCode())
                .isEqualTo(401);
        assertThat(client.post("/session", "", "cookie", value).statusCode()).isEqualTo(401);
    }

    @Test
    void loginAndLogoutAreAudited() {
        List<String> lines = auditOf(() -> {
            send("POST", "/session", "alice");
            send("DELETE", "/session", "alice");
            client.send("DELETE", "/session", BodyPublishers.noBody());
        });

        assertThat(lines)
                .satisfiesExactly(
                        login -> assertThat(login).startsWith("login caller=key:alice address=127.0.0.1"),
                        logout -> assertThat(logout).startsWith("logout caller=key:alice address=127.0.0.1"))
                .noneMatch(line -> line.contains(keys.get("alice")));
    }

    @Test
    void changesOfReportsAreAudited() {
        List<String> ids = new ArrayList<>();
        List<String> lines = auditOf(() -> {
            ids.add(new JsonObject(send("POST", "/reports?type=simulated&duration=1m", "chief")
                            .body())
                    .getString("id"));
            assertThat(send("DELETE", "/reports/" + ids.get(0), "chief").statusCode())
                    .isIn(200, 202);
        });

        String who = " caller=key:chief address=127.0.0.1 report=" + ids.get(0) + " trace=";
        assertThat(lines)
                .satisfiesExactly(submit -> assertThat(submit).startsWith("submit" + who), cancel -> assertThat(cancel)
                        .startsWith("cancel" + who));
    }

    private static List<String> auditOf(Runnable actions) {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger audit = (Logger) LoggerFactory.getLogger(AuditLog.LOGGER);
        lines.start();
        audit.addAppender(lines);
        try {
            actions.run();
            return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        } finally {
            audit.detachAppender(lines);
        }
    }

    @Test
    void cookieIsForHttpsIfThePageIs() {
        HttpResponse<String> login = client.post(
                "/session",
                "",
                "authorization",
                "Bearer " + keys.get("alice"),
                "origin",
                "https://127.0.0.1:" + service.port());

        assertThat(login.headers().firstValue("set-cookie").orElseThrow()).contains("; Secure");
    }

    @Test
    void withoutCredentialsThereIsASessionWithoutRights() {
        assertThat(new JsonObject(client.get("/session").body()))
                .isEqualTo(JsonObject.of("authentication", true, "rights", new JsonArray()));
    }

    @Test
    void twoCredentialsAreRefused() {
        assertThat(client.get(
                                "/reports",
                                "authorization",
                                "Bearer " + keys.get("alice"),
                                "authorization",
                                "Bearer " + keys.get("operate"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void reasonsOfUnreadinessAreForCallers() {
        assertThat(client.get("/health/ready").body()).doesNotContain("reasons");
    }

    private static HttpResponse<String> send(String method, String path, String caller) {
        return client.send(method, path, BodyPublishers.noBody(), bearer(caller));
    }

    private static String[] bearer(String caller) {
        return new String[] {"authorization", "Bearer " + keys.get(caller)};
    }
}
