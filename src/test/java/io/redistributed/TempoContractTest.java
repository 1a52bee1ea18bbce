package io.redistributed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.redistributed.cli.TraceCommand;
import io.redistributed.cli.TracesCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands for traces against recorded responses of Tempo, see {@code src/test/resources/tempo/README.md}. */
class TempoContractTest {

    private static final String ID = "f9f7db6d3e441d9071714f6f50f38f77";
    private static final String SEARCH = "/api/search";
    private static final String V1 = "/api/traces/" + ID;
    private static final String V2 = "/api/v2/traces/" + ID;
    private static final Pattern RANGE = Pattern.compile("&start=(\\d+)&end=(\\d+)&");

    private record Response(int status, String body) {}

    private record Printed(int exitCode, String out, String err) {}

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Response> responses = new ConcurrentHashMap<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::replay);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void searchPrintsLatestTracesLast() throws IOException {
        responses.put(SEARCH, new Response(200, recorded("search")));

        Printed printed = run(new TracesCommand());

        assertThat(printed.err).isEmpty();
        assertThat(printed.out.lines())
                .containsExactly(
                        "2f3e0cee77ae5dc9c17ade3689eb2e54       0 us      1 spans             <root span not yet received>  (stock)",
                        ID + "   120.0 ms      3 spans   1 failed  GET /checkout  (billing-api, edge-router)",
                        "0000000000000000d6e9329d67b6146a   611.0 ms      ? spans             /cart  (frontend)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                " ; {  }",
                "--service shop --operation GET_/cart --failed ; { resource.service.name = \"shop\" && name = \"GET_/cart\" && status = error }",
                "--min-duration 1.5s ; { traceDuration >= 1500000us }",
                "--attribute error.type=retryable ; { .\"error.type\" = \"retryable\" }",
                "--attribute http.status=500 --attribute cached=true ; { (.\"http.status\" = \"500\" || .\"http.status\" = 500)"
                        + " && (.\"cached\" = \"true\" || .\"cached\" = true) }",
                "--service a\"||{\\ ; { resource.service.name = \"a\\\"||{\\\\\" }",
            })
    void searchIsTraceQl(String options, String query) {
        responses.put(SEARCH, new Response(200, "{\"metrics\": {}}"));
        List<String> arguments = options == null ? List.of() : List.of(options.split(" "));

        Printed printed = run(new TracesCommand(), arguments.toArray(String[]::new));

        assertThat(printed).isEqualTo(new Printed(0, "", ""));
        assertThat(requests).hasSize(1);
        assertThat(requests.get(0))
                .startsWith("/api/search?limit=20&start=")
                .endsWith("&q=" + query + " with (most_recent=true)");
        Matcher range = RANGE.matcher(requests.get(0));
        assertThat(range.find()).isTrue();
        assertThat(Long.parseLong(range.group(2)) - Long.parseLong(range.group(1)))
                .isEqualTo(3600);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base64", "hex"})
    void printsTraceOfVersion2(String ids) throws IOException {
        String trace = recorded("trace-v2");
        responses.put(V2, new Response(200, ids.equals("hex") ? inHex(trace) : trace));

        assertTree(run(new TraceCommand(), ID));
        assertThat(requests).containsExactly(V2);
    }

    @Test
    void printsTraceOfServerWithoutVersion2() throws IOException {
        responses.put(V1, new Response(200, recorded("trace-v1")));

        assertTree(run(new TraceCommand(), ID));
        assertThat(requests).containsExactly(V2, V1);
    }

    @Test
    void warnsOfPartialTrace() throws IOException {
        String message = "Trace exceeds maximum size of 5000000 bytes, a partial trace is returned";
        responses.put(
                V2,
                new Response(
                        200,
                        recorded("trace-v2")
                                .replaceFirst("\\{", "{\"status\": \"PARTIAL\", \"message\": \"" + message + "\",")));

        assertThat(run(new TraceCommand(), ID).out).startsWith("warning: " + message + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "404 | trace not found | 2 | Tempo answered 404: trace not found",
                "404 | '' | 2 | Tempo answered 404",
                "200 | {\"trace\": {}, \"metrics\": {}} | 2 | trace f9f7db6d3e441d9071714f6f50f38f77 not found",
                "401 | no org id | 2 | Tempo answered 401: no org id",
                "503 | unavailable | 3 | Tempo answered 503: unavailable",
                "200 | ready | 3 | is not Tempo: status 200",
                "200 | {\"trace\": {\"resourceSpans\": [3]}} | 3 | the response is not Tempo's: ",
                "200 | {\"trace\": {\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [{\"spanId\": \"*\"}]}]}]}} | 3 | the response is not Tempo's: ",
            })
    void reportsWhyThereIsNoTrace(int status, String body, int exitCode, String message) {
        responses.put(V2, new Response(status, body));
        responses.put(V1, new Response(status, body));

        Printed printed = run(new TraceCommand(), ID);

        assertThat(printed.exitCode).isEqualTo(exitCode);
        assertThat(printed.out).isEmpty();
        assertThat(printed.err).startsWith("redistributed: ").contains(message);
    }

    @Test
    void rejectsWrongSearches() {
        responses.put(SEARCH, new Response(400, "invalid TraceQL query: parse error at line 1, col 3"));

        assertThat(run(new TracesCommand()).err)
                .isEqualTo("redistributed: Tempo answered 400: invalid TraceQL query: parse error at line 1, col 3\n");
        assertThat(run(new TracesCommand(), "--min-duration", "1s || true").err)
                .isEqualTo(
                        "redistributed: --min-duration: \"1s || true\" is not a duration (use 250ms, 1.5s, 1m30s)\n");
        assertThat(run(new TracesCommand(), "--jaeger", "http://127.0.0.1").err)
                .contains("--jaeger=URL, --tempo=URL are mutually exclusive");
    }

    private static void assertTree(Printed printed) {
        assertThat(printed.err).isEmpty();
        assertThat(printed.out)
                .startsWith("trace " + ID + ": 3 spans, 120.0 ms\nGET /checkout ")
                .containsPattern("publish orders +billing-api +20\\.0 ms ")
                .containsPattern("process orders +billing-api +40\\.0 ms .* declined\n")
                .containsPattern("10\\.0 ms +8 % {2}waiting for process orders\n");
    }

    private static String inHex(String json) {
        Matcher id = Pattern.compile("\"([A-Za-z0-9+/]+=+)\"").matcher(json);
        assertThat(id.find()).isTrue();
        return id.replaceAll(
                found -> '"' + HexFormat.of().formatHex(Base64.getDecoder().decode(found.group(1))) + '"');
    }

    private void replay(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String query = exchange.getRequestURI().getRawQuery();
            requests.add(query == null ? path : path + '?' + URLDecoder.decode(query, UTF_8));
            Response response = responses.getOrDefault(path, new Response(404, "404 page not found\n"));
            byte[] body = response.body.getBytes(UTF_8);
            exchange.sendResponseHeaders(response.status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Printed run(Object command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(
                List.of("--tempo", "http://127.0.0.1:" + server.getAddress().getPort()));
        all.addAll(List.of(arguments));
        int exitCode = new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
        return new Printed(exitCode, out.toString(), err.toString());
    }

    private static String recorded(String name) throws IOException {
        try (InputStream in = TempoContractTest.class.getResourceAsStream("/tempo/" + name + ".json")) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
