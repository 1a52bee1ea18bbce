package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Error responses of the API. None of them logs a warning. */
class ApiErrorsTest {

    private static final int MAX_BODY_BYTES = 100_000;

    @RegisterExtension
    static final ApiFixture api = ApiFixture.with("maxBodyBytes: %d, maxInputBytes: %<d".formatted(MAX_BODY_BYTES));

    private static ApiClient client;
    private LogCapture log;

    @BeforeAll
    static void connect() {
        client = api.client();
    }

    @BeforeEach
    void listen() {
        log = new LogCapture();
    }

    @AfterEach
    void logsNoWarning() {
        log.close();
        assertThat(log.complaints()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/reports | | the body must be a JSON object {\"type\":…",
                "/reports | [] | the body must be a JSON object {\"type\":…",
                "/reports | null | the body must be a JSON object {\"type\":…",
                "/reports | \"summary\" | to send raw input as the body, set ?type=",
                "/reports | {} | type: missing; must be lower-case letters, digits and -",
                "/reports | {\"type\": 1} | type: '1' is invalid; must be lower-case letters, digits and -",
                "/reports | {\"type\": \"../x\"} | type: '../x' is invalid; must be lower-case letters, digits and -",
                "/reports | {\"type\": \"nope\"} | type: no worker offers 'nope'; allowed are simulated, summary",
                "/reports?type=nope | x | type: no worker offers 'nope'; allowed are simulated, summary",
                "/reports?type= | x | type: '' is invalid; must be lower-case letters, digits and -",
                "/reports | {\"type\": \"summary\", \"colour\": 1} | colour: unknown key; allowed are input, parameters, priority, timeout, type",
                "/reports | {\"type\": \"summary\", \"parameters\": []} | parameters: must be a JSON object",
                "/reports | {\"type\": \"summary\", \"input\": {}} | input: must be a string; to send bytes, use the body",
                "/reports | {\"type\": \"summary\", \"parameters\": {\"zz\": 1}} | parameters.zz: unknown key; allowed are bins, decimal, escapeFormulas, format, header, separator, top",
                "/reports | {\"type\": \"summary\", \"parameters\": {\"top\": \"1\"}} | parameters.top: string found, integer expected (Number of most frequent values",
                "/reports?type=summary&top=ten | x | parameters.top: string found, integer expected",
                "/reports?type=summary&top=1e1 | x | parameters.top: string found, integer expected",
                "/reports?type=summary&header=yes | x | parameters.header: string found, boolean expected",
                "/reports?type=summary&format=pdf | x | parameters.format: does not have a value in the enumeration [\"json\", \"csv\", \"html\"] (Format of the report.)",
                "/reports?type=summary&top=1&top=2 | x | top: given more than once",
                "/reports?type=summary&type=simulated | x | type: given more than once",
                "/reports?type=simulated&cpu=NaN | x | parameters.cpu: string found, number expected",
                "/reports?type=simulated&cpu=0x1p1 | x | parameters.cpu: string found, number expected",
                "/reports?type=simulated&cpu=1d | x | parameters.cpu: string found, number expected",
                "/reports?type=simulated&cpu=1e99 | x | parameters.cpu: must have a maximum value of 1",
                "/reports?type=simulated&duration=soon | x | parameters.duration: does not match the regex pattern ^[0-9]{1,7}(ms|s|m)$ (Duration of an attempt: a whole number of ms, s or m, at most one hour.)",
                "/reports | {\"type\": | the body is not JSON: line 1, column 9: Unexpected end-of-input within/between Object entries; to send",
                "/reports | {\"type\" | the body is not JSON: line 1, column 8: Unexpected end-of-input",
                "/reports | {\"type\": \"summary\"} x | the body is not JSON: line 1, column 21: Unrecognized token 'x'",
                "/reports | {\"type\": \"summary\"} {} | the body is not JSON",
                "/reports | {'type': 1} | the body is not JSON: line 1, column 2: Unexpected character (''' (code 39))",
                "/reports/batch | | the body must be a JSON array of 1 to 100 reports",
                "/reports/batch | {} | the body must be a JSON array of 1 to 100 reports",
                "/reports/batch | [] | the body must be a JSON array of 1 to 100 reports",
                "/reports/batch | [1] | [0] must be a JSON object {\"type\":…",
                "/reports/batch | [{\"type\": \"summary\"}, {\"type\": \"summary\", \"x\": 1}] | [1].x: unknown key",
                "/reports/batch | [{\"type\": \"summary\"}, {\"type\": \"nope\"}] | [1].type: no worker offers 'nope'",
                "/reports/batch | [{\"type\": \"summary\", \"parameters\": {\"top\": -1}}] | [0].parameters.top: must have a minimum value of 0",
            })
    void badRequestNamesPlaceAndAllowedValues(String path, String body, String detail) {
        HttpResponse<String> response = client.post(path, body == null ? "" : body);
        assertThat(problem(response, 400)).contains(detail);
    }

    @Test
    void namesEveryBadParameter() {
        HttpResponse<String> response =
                client.post("/reports?type=summary&top=x&bins=0&colour=red&format=json", "a\n1\n");
        problem(response, 400);
        assertThat(new JsonObject(response.body()).getJsonArray("errors").stream())
                .extracting(error -> ((JsonObject) error).getString("path"))
                .containsExactlyInAnyOrder("parameters.top", "parameters.bins", "parameters.colour");
    }

    @Test
    void jsonErrorIsOneShortLine() {
        String detail = problem(client.post("/reports", "{\"a\": {\"b\": 1"), 400);
        assertThat(detail)
                .startsWith("the body is not JSON: line 1, column 14: ")
                .doesNotContain("REDACTED", "Source", "\n", "Failed to decode")
                .contains("start marker at line 1, column 7");
    }

    @ParameterizedTest
    @ValueSource(ints = {990, 5_000, 40_000})
    void deepNestingIsRejectedBriefly(int depth) {
        String body =
                "{\"type\": \"summary\", \"parameters\": " + "{\"a\": ".repeat(depth) + "1" + "}".repeat(depth) + "}";
        assertThat(problem(
                        client.post("/reports", body, "content-type", "application/json"),
                        depth * 7 > MAX_BODY_BYTES ? 413 : 400))
                .hasSizeLessThan(300)
                .doesNotContain("StreamReadConstraints");
        assertThat(problem(client.post("/reports", "[".repeat(depth)), 400)).hasSizeLessThan(300);
    }

    @Test
    void batchOverTheLimitIsRejected() {
        String body = new JsonArray(Collections.nCopies(101, new JsonObject().put("type", "simulated"))).encode();
        assertThat(problem(client.post("/reports/batch", body), 400)).contains("1 to 100");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/reports/unknown",
                "/reports/..%2F..%2Fetc%2Fpasswd",
                "/reports/a%0D%0Ab",
                "/reports/%00",
                "/reports/%FF%FE",
                "/reports/*",
                "/reports/%7Brd:0%7D:workers",
                "/reports/unknown/result",
                "/reports/a%0Ab/result",
                "/reports/unknown?wait=1s",
                "/nothing",
                "/reports/a/b/c",
                "/health",
                "/health/nope",
                "/traces/11111111111111111111111111111111?wait=0s",
            })
    void unknownPathIsNotFound(String path) {
        assertThat(problem(client.get(path), 404)).hasSizeLessThan(200).isNotBlank();
    }

    @Test
    void longIdIsNotFoundAndNotEchoed() {
        assertThat(problem(client.get("/reports/" + "a".repeat(3_000)), 404)).hasSizeLessThan(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/traces/xyz, is not a trace id (32 lower-case hex digits)",
        "/traces/4BF92F3577B34DA6A3CE929D0E0E4736, is not a trace id",
        "/reports/a?wait=soon, '\"soon\" is not a duration from 0s to 60s'",
        "/reports/a?wait=61s, '\"61s\" is not a duration from 0s to 60s'",
        "/reports/a?wait=-1s, is not a duration",
        "/reports/a?wait=99999999999999s, is not a duration",
        "/traces/11111111111111111111111111111111?wait=2m, is not a duration",
    })
    void badQueryParametersAreRejected(String path, String detail) {
        assertThat(problem(client.get(path), 400)).contains(detail);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /reports, 'GET, HEAD, POST'",
        "DELETE, /reports, 'GET, HEAD, POST'",
        "OPTIONS, /reports, 'GET, HEAD, POST'",
        "PATCH, /reports/batch, POST",
        "PUT, /reports/a, 'DELETE, GET, HEAD'",
        "POST, /reports/a, 'DELETE, GET, HEAD'",
        "GET, /reports/a/retry, POST",
        "POST, /workers, 'GET, HEAD'",
        "POST, /reports/a/result, 'GET, HEAD'",
        "POST, /traces/a, 'GET, HEAD'",
        "POST, /health/live, 'GET, HEAD'",
        "DELETE, /, 'GET, HEAD'",
    })
    void otherMethodsAreRejectedWithAllow(String method, String path, String allow) {
        HttpResponse<String> response = client.send(method, path, BodyPublishers.ofString("{}"));
        assertThat(problem(response, 405)).isEqualTo(method + " is not allowed at " + path + "; allowed: " + allow);
        assertThat(response.headers().firstValue("allow")).hasValue(allow);
    }

    @Test
    void longBodyIsRejectedBeforeItIsSent() throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            RawConnection.Answer answer = connection.request("""
                    POST /reports?type=summary HTTP/1.1
                    host: localhost
                    expect: 100-continue
                    content-length: %d
                    """.formatted(MAX_BODY_BYTES + 1), "");
            assertThat(problem(answer, 413)).isEqualTo("the request body has more than 100000 bytes");
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void connectionClosesIfClientMaySendUnwantedBody() throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            problem(connection.request(post("/nothing", 9) + "\nexpect: 100-continue", ""), 404);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        int requests = 1_000;
        try (RawConnection connection = new RawConnection(api.port())) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < requests; i++) {
                all.append(post("/reports?type=summary&x" + i + "=1", 4).replace("\n", "\r\n"))
                        .append("\r\n\r\na\n1\n");
            }
            connection.send(all.toString());
            for (int i = 0; i < requests; i++) {
                assertThat(problem(connection.answer(), 400)).startsWith("parameters.x" + i + ": ");
            }
        }
    }

    @Test
    void expectContinueIsAnswered() throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            String head = """
                    POST /reports?type=summary HTTP/1.1
                    host: localhost
                    expect: 100-continue
                    content-length: 4
                    """;
            assertThat(connection.request(head, "").status()).isEqualTo(100);
            connection.send("a\n1\n");
            assertThat(connection.answer().status()).isEqualTo(202);
        }
    }

    @Test
    void longBodyIsRejectedWithAnyFraming() throws IOException {
        String body = "x".repeat(MAX_BODY_BYTES + 1);
        assertThat(problem(client.post("/reports?type=summary", body), 413)).contains("more than 100000 bytes");
        try (RawConnection connection = new RawConnection(api.port())) {
            String chunked = """
                    POST /reports?type=summary HTTP/1.1
                    host: localhost
                    transfer-encoding: chunked
                    """;
            String chunk = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
            assertThat(problem(connection.request(chunked, chunk), 413)).contains("more than 100000 bytes");
        }
        assertThat(client.post("/reports?type=summary", body.substring(1)).statusCode())
                .isEqualTo(202);
    }

    @Test
    void connectionStaysOpenAfterErrors() throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(connection.request(post("/reports", 1), "{").status())
                        .isEqualTo(400);
                assertThat(connection.request(post("/nothing", 3), "abc").status())
                        .isEqualTo(404);
                assertThat(connection.request(post("/reports/a", 3), "abc").status())
                        .isEqualTo(405);
                assertThat(connection
                                .request("GET /reports/%zz HTTP/1.1\nhost: localhost", "")
                                .status())
                        .isEqualTo(400);
                assertThat(connection
                                .request(post("/reports?type=summary", 4), "a\n1\n")
                                .status())
                        .isEqualTo(202);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/reports/%zz, 400",
        "/%zz, 400",
        "/%, 400",
        "/reports/%c0%af, 404",
        "/reports/%E2%82, 404",
        "/reports/../../x, 404",
        "//nothing, 404",
        "/reports/a?wait=%zz, 400",
        "http://localhost/reports/a, 404",
        "*, 404",
        "reports, 404",
    })
    void malformedPathsAreRejected(String path, int status) throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            problem(connection.request("GET " + path + " HTTP/1.1\nhost: localhost", ""), status);
        }
    }

    @ParameterizedTest
    @CsvSource({"/reports?type=summary&top=%zz, 400", "/reports?type=%zz, 400"})
    void malformedQueriesAreRejected(String path, int status) throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            problem(connection.request(post(path, 1), "x"), status);
        }
    }

    @Test
    void nonHttpInputClosesConnection() throws IOException {
        for (String junk : List.of(
                "GET /" + "a".repeat(10_000) + " HTTP/1.1\nhost: localhost",
                "GET / HTTP/1.1\nhost: localhost\nx: " + "a".repeat(20_000),
                "NONSENSE",
                "GET / HTTP/1.1\nhost: localhost\ncontent-length: ten")) {
            try (RawConnection connection = new RawConnection(api.port())) {
                RawConnection.Answer answer = connection.request(junk, "");
                assertThat(problem(answer, answer.status())).isNotBlank();
                assertThat(answer.status()).isIn(400, 414, 431);
                assertThat(connection.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void requestWithoutHostIsRejected() throws IOException {
        try (RawConnection connection = new RawConnection(api.port())) {
            problem(connection.request("GET /reports/a HTTP/1.1", ""), 400);
        }
    }

    @Test
    void disconnectedLongPollIsCleanedUp() throws IOException {
        String id = client.submit("/reports?type=simulated&duration=60s", "");
        List<RawConnection> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RawConnection connection = new RawConnection(api.port());
            connection.send("GET /reports/" + id + "?wait=60s HTTP/1.1\r\nhost: localhost\r\n\r\n");
            waiting.add(connection);
            try (RawConnection another = new RawConnection(api.port())) {
                another.send(post("/reports?type=summary", 1_000).replace("\n", "\r\n") + "\r\n\r\nhalf a body");
            }
        }
        awaitNobodyListens(false);

        for (RawConnection connection : waiting) {
            connection.close();
        }

        awaitNobodyListens(true);
        client.send("DELETE", "/reports/" + id, BodyPublishers.noBody());
    }

    private static void awaitNobodyListens(boolean nobody) {
        await().untilAsserted(() -> assertThat(((List<?>) api.redis().cli("PUBSUB", "CHANNELS", "*:ended")).isEmpty())
                .isEqualTo(nobody));
    }

    private static String post(String path, int length) {
        return "POST " + path + " HTTP/1.1\nhost: localhost\ncontent-length: " + length;
    }

    private static String problem(HttpResponse<String> response, int status) {
        return problem(
                new RawConnection.Answer(
                        response.statusCode(),
                        Collections.singletonMap(
                                "content-type",
                                response.headers().firstValue("content-type").orElse(null)),
                        response.body()),
                status);
    }

    private static String problem(RawConnection.Answer answer, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("type")).isEqualTo("about:blank");
        assertThat(problem.getString("title")).isNotBlank();
        return problem.getString("detail");
    }
}
