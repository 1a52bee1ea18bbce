package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in a real browser, against a real service. */
@Tag("browser")
class PageTest {

    private static final String EVIL = "<img src=x onerror=\"window.broken=1\"><script>window.broken=1</script>";
    private static final String WORKER = """
            redis: { endpoints: ["%s"] }
            queue: { lease: 2s, backoff: 200ms }
            verticles:
              - name: "java:io.redistributed.generate.SimulatedGenerator"
              - name: "java:io.redistributed.worker.WorkerVerticle"
                config: { slots: 64 }
            """;

    @TempDir
    private static Path folder;

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;
    private static Browser browser;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                tracing: { exporters: [store], jaeger: { ui: "http://jaeger.example:16686/" } }
                queue: { lease: 2s, backoff: 200ms }
                verticles:
                  - name: "java:io.redistributed.export.JaegerExporterVerticle"
                  - name: "java:io.redistributed.generate.SummaryGenerator"
                  - name: "java:io.redistributed.generate.SimulatedGenerator"
                  - name: "java:io.redistributed.worker.WorkerVerticle"
                    config: { slots: 8 }
                  - name: "java:io.redistributed.api.HttpVerticle"
                    instances: 2
                    config: { port: PORT }
                """.formatted(redis.url()));
        client = service.client();
        browser = new Browser(service.port());
    }

    @AfterAll
    static void stop() {
        browser.close();
        service.close();
        redis.close();
    }

    /** No injected script has run, and the policy has blocked no script of the page. */
    @AfterEach
    void nothingWasBrokenIntoAndTheConsoleIsSilent() {
        assertThat(browser.run("return window.broken")).isNull();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void submitsWatchesAndOpensReport() throws IOException {
        browser.open("/reports");
        browser.click("#new");
        browser.awaitCount("#form-type option", 2);
        browser.choose("#parameter-0", "html");
        browser.upload("#form-file", Path.of("samples/sales.csv"));
        browser.awaitText(".taken", "sales.csv");
        browser.takePicture("form");
        browser.click("#form [type=submit]");

        browser.awaitText(".head .state", "done");
        browser.click("#tab-result");
        WebElement frame = browser.find("iframe.page");
        assertThat(frame.getDomAttribute("sandbox")).isEmpty();
        assertThat(frame.getDomAttribute("src")).endsWith("/result");
        browser.takePicture("result-html");
        String id = browser.text(".head .id");
        assertThat(browser.find("tr[data-report='" + id + "'].selected .state").getText())
                .isEqualTo("done");
    }

    @Test
    void showsProgressCancelsAndRetries() {
        String id = client.submit("/reports?type=simulated&duration=60s", "");
        browser.open("/reports/" + id);
        String bar = "tr[data-report='" + id + "'] progress";
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> browser.run("return document.querySelector(arguments[0])?.value ?? 0", bar),
                        value -> ((Number) value).doubleValue() > 0);
        browser.find(".row .bar.live");
        browser.takePicture("running");

        browser.click(".actions button:not([hidden])");
        browser.awaitText(".head .state", "cancelled");
        assertThat(browser.run("return document.activeElement.tagName")).isEqualTo("H2");
        assertThat(browser.find(".actions button:not([hidden])").getText()).isEqualTo("Retry");
        browser.click(".actions button:not([hidden])");
        browser.awaitText(".head .state", "running");
        browser.awaitText(".facts", "2");
        browser.click(".actions button:not([hidden])");
        browser.awaitText(".head .state", "cancelled");
    }

    @Test
    void focusStaysWhileReportRuns() {
        String id = client.submit("/reports?type=simulated&duration=60s", "");
        browser.open("/reports/" + id);
        browser.awaitCount(".row .bar.live", 1);
        for (String css : List.of(".actions button", ".links a")) {
            browser.focus(css);
            awaitProgress();
            assertThat(browser.isStillFocused()).as(css).isTrue();
        }
        assertThat(browser.run("return document.querySelector('.head [role=status]').textContent"))
                .isEqualTo("running");

        browser.run("document.querySelector('button.fold').focus()");
        browser.run("window.redrawn = document.querySelector('.row')");
        await().until(() -> (Boolean) browser.run("return !window.redrawn.isConnected"));
        assertThat(browser.run("return document.activeElement.matches('.row .fold')"))
                .isEqualTo(true);
        client.send("DELETE", "/reports/" + id, BodyPublishers.noBody());
    }

    /** Waits for two events of the report. */
    private static void awaitProgress() {
        for (int i = 0; i < 2; i++) {
            String before = browser.text(".head .percent");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> browser.text(".head .percent"), text -> !text.equals(before));
        }
    }

    @Test
    void doubleClickSubmitsOneReport() {
        openForm();
        int before = reports("simulated").size();
        browser.doubleClick("#form [type=submit]");
        browser.awaitText(".head .state", "done");
        assertThat(reports("simulated")).hasSize(before + 1);

        browser.click("#form [type=submit]");
        await().until(() -> reports("simulated").size() == before + 2);
    }

    @Test
    void retryAfterLostResponseSubmitsOneReport() {
        openForm();
        int before = reports("simulated").size();
        browser.run("""
                const real = window.fetch;
                window.fetch = async (...request) => {
                  await real(...request);
                  window.fetch = real;
                  throw new Error("response lost");
                };""");
        browser.click("#form [type=submit]");
        browser.awaitText("#form .error", "response lost");
        browser.click("#form [type=submit]");
        browser.awaitText(".head .state", "done");
        assertThat(reports("simulated")).hasSize(before + 1);
    }

    private static void openForm() {
        browser.open("/reports");
        browser.click("#new");
        browser.awaitCount("#form-type option", 2);
        browser.choose("#form-type", "simulated");
    }

    @Test
    void listContinuesAfterTheNewestReports() {
        String first = client.submit("/reports?type=summary", "a\n1\n");
        submitBatches(3);
        browser.open("/reports");
        browser.awaitCount("#list tr", 200);
        assertThat(browser.findAll(row(first))).isEmpty();
        browser.click("#older");
        browser.find(row(first));

        holdAnswer("state=cancelled");
        browser.choose("#state", "cancelled");
        awaitHeldAnswer();
        browser.choose("#state", "");
        browser.awaitCount("#list tr", 200);
        browser.find("#older");
        release();
        // Hidden if the answer to the earlier choice counts, as it has no more reports.
        browser.find("#older");
    }

    @Test
    void streamIsNewerThanAnAnswerOnItsWay() {
        String id = openWithRunning();
        holdAnswer("state=running");
        browser.choose("#state", "running");
        awaitHeldAnswer();
        cancel(id);
        await().until(() -> browser.findAll(row(id)).isEmpty());
        release();
        assertThat(browser.findAll(row(id))).isEmpty();
    }

    @Test
    void answerToAnEarlierRequestOfTheSameChoiceIsIgnored() {
        String id = openWithRunning();
        holdAnswer("state=running");
        browser.choose("#state", "running");
        awaitHeldAnswer();
        browser.choose("#state", "");
        cancel(id);
        browser.find(row(id) + "[data-state=cancelled]");
        browser.choose("#state", "running");
        await().until(() -> browser.run("return performance.getEntriesByType('resource')"
                        + ".filter(({ name }) => name.includes('state=running')).length")
                .equals(2L));
        await().until(() -> browser.findAll(row(id)).isEmpty());
        release();
        assertThat(browser.findAll(row(id))).isEmpty();
    }

    @Test
    void failedLoadKeepsTheListAndCanBeTriedAgain() {
        String id = client.submit("/reports?type=summary", "a\n1\n");
        browser.open("/reports");
        browser.find(row(id) + "[data-state=done]");
        browser.run("""
                const real = window.fetch;
                window.fetch = async () => {
                  window.fetch = real;
                  throw new Error("connection lost");
                };""");
        browser.choose("#state", "done");
        browser.awaitText("#count", "connection lost");
        String next = client.submit("/reports?type=summary", "a\n1\n");
        browser.find(row(next));
        assertThat(browser.findAll(row(id))).hasSize(1);
        assertThat(browser.text("#count")).isEqualTo("connection lost");

        browser.click("#older");
        browser.awaitText("#count", "reports");
        assertThat(browser.findAll(row(id))).hasSize(1);
    }

    private static String openWithRunning() {
        String id = client.submit("/reports?type=simulated&duration=60s", "");
        browser.open("/reports");
        browser.find(row(id) + "[data-state=running]");
        return id;
    }

    private static String row(String id) {
        return "tr[data-report='" + id + "']";
    }

    private static void cancel(String id) {
        assertThat(client.send("DELETE", "/reports/" + id, BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(202);
    }

    /** Holds back the next answer to a request with the text in its path, until `release`. */
    private static void holdAnswer(String part) {
        browser.run("""
                const [part] = arguments;
                const real = window.fetch;
                window.fetch = async (path, options) => {
                  if (!path.includes(part)) {
                    return real(path, options);
                  }
                  window.fetch = real;
                  const response = await real(path, options);
                  const body = await response.json();
                  response.json = () => body;
                  await new Promise(release => window.release = release);
                  return response;
                };""", part);
    }

    private static void awaitHeldAnswer() {
        await().until(() -> browser.run("return 'release' in window").equals(true));
    }

    /** Returns after the next two frames, when the page has drawn what the answer changes. */
    private static void release() {
        browser.run("""
                window.release();
                requestAnimationFrame(() => requestAnimationFrame(() => window.released = true));""");
        await().until(() -> browser.run("return 'released' in window").equals(true));
    }

    private static void submitBatches(int batches) {
        JsonArray reports = new JsonArray();
        for (int i = 0; i < 100; i++) {
            reports.add(new JsonObject().put("type", "summary").put("input", "a\n1\n"));
        }
        for (int i = 0; i < batches; i++) {
            assertThat(client.post("/reports/batch", reports.encode(), "content-type", "application/json")
                            .statusCode())
                    .isEqualTo(202);
        }
    }

    private static JsonArray reports(String type) {
        return new JsonObject(client.get("/reports?limit=200&type=" + type).body()).getJsonArray("reports");
    }

    @Test
    void malformedHashIsAReportThatDoesNotExist() {
        browser.open("/reports/%");
        browser.awaitText("#detail .error", "report not found");
    }

    @Test
    void missingResultIsAnError() {
        String id = client.submit("/reports?type=simulated&resultBytes=100000", "");
        client.ended(id);
        assertThat(redis.cli("DEL", "{rd:0}:result:" + id)).isEqualTo(1L);
        browser.open("/reports/" + id);
        browser.click("#tab-result");
        browser.awaitText(".result .error", id);
    }

    @Test
    void barsMatchStoredSpans() {
        String id = client.submit("/reports?type=simulated&duration=400ms", "");
        JsonObject report = client.ended(id);
        JsonObject trace = new JsonObject(client.get("/traces/" + report.getString("traceId") + "?wait=10s")
                .body());
        List<JsonObject> spans = objects(trace.getJsonArray("spans"));
        browser.open("/reports/" + id);
        browser.awaitCount(".row", spans.size());

        long start = spans.stream().mapToLong(PageTest::start).min().orElseThrow();
        long length = spans.stream().mapToLong(PageTest::end).max().orElseThrow() - start;
        for (JsonObject span : spans) {
            String row = ".row[data-span='" + span.getString("spanId") + "']";
            assertThat(browser.text(row + " .text")).isEqualTo(span.getString("name"));
            assertThat(style(row, "left")).isCloseTo(100.0 * (start(span) - start) / length, within(0.001));
            assertThat(style(row, "width")).isCloseTo(100.0 * span.getLong("durationMicros") / length, within(0.001));
        }
        Map<String, JsonObject> byId = spans.stream().collect(Collectors.toMap(s -> s.getString("spanId"), s -> s));
        for (JsonObject span : spans) {
            JsonObject parent = byId.get(span.getString("parentSpanId"));
            int depth = depth(span);
            assertThat(depth).isEqualTo(parent == null ? 0 : depth(parent) + 1);
        }
        assertThat(browser.text(".legend")).isEqualTo("apireport-generator");
        assertThat(browser.find("#jaeger").getDomAttribute("href"))
                .isEqualTo("http://jaeger.example:16686/trace/" + report.getString("traceId"));
    }

    @Test
    void spansExpandAndAxisZooms() {
        String id = client.submit("/reports?type=summary", "a,b\n1,x\n2,y\n");
        client.ended(id);
        browser.open("/reports/" + id);
        browser.awaitCount(".row", 6);
        browser.click(".row .name");
        assertThat(browser.find(".span-facts").getText()).contains("http.route", "/reports", "POST");
        double width = style(".row", "width");
        browser.click(".zoom button:nth-child(2)");
        assertThat(style(".row", "width")).isCloseTo(2 * width, within(0.01));
        browser.click(".zoom button:nth-child(3)");
        assertThat(style(".row", "width")).isCloseTo(width, within(0.001));
    }

    @Test
    void showsErrorOfEachAttempt() {
        String id = client.submit("/reports?type=simulated&duration=100ms&failureRate=1", "");
        client.ended(id);
        browser.open("/reports/" + id);
        browser.awaitText(".head .state", "failed");
        assertThat(browser.text(".errors")).contains("Attempt 1", "Attempt 2", "Attempt 3", "simulated failure");
        browser.awaitCount(".row .bar.failed", 6);
        browser.awaitCount(".row .gap", 2);
        browser.click(".row:has(.gap[title*=until]) .name");
        browser.find(".span-facts .link");
        browser.takePicture("failed");
        browser.click("#tab-result");
        browser.awaitText(".result", "The report failed.");
    }

    @Test
    void killedWorkerDisappearsAndReportIsRetried() throws Exception {
        Process worker = startWorker();
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> workers().size() == 2);
            String id = client.submit("/reports?type=simulated&duration=3s", "");
            browser.open("/reports/" + id);
            browser.awaitText(".head .state", "running");
            String lost = browser.text(".facts");
            worker.destroyForcibly().waitFor();

            browser.awaitText(".errors", "was lost");
            browser.awaitText(".facts", "attempt2");
            assertThat(lost).contains("attempt1");
            browser.awaitText(".head .state", "done");
            browser.awaitText(".rows", "process reports");
            browser.takePicture("retried");
        } finally {
            worker.destroyForcibly().waitFor();
        }
    }

    @Test
    void showsWorkersQueueAndExportersLive() {
        client.ended(client.submit("/reports?type=simulated", ""));
        browser.open("/workers");
        String id = workers().getJsonObject(0).getString("id");
        browser.find("tr[data-worker='" + id + "'] meter");
        browser.awaitText("#workers", "store");
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> browser.run(
                                "return document.querySelector('.line.a').getAttribute('points').split(' ').length"),
                        points -> ((Number) points).intValue() > 3);
        browser.takePicture("workers");
        assertThat(browser.accessibilityProblems()).isEmpty();
    }

    @Test
    void idsKeepAllDigits() {
        String id = client.submit("/reports?type=summary", "id,n\n612345678901234567,1234567890123456\n");
        client.ended(id);
        browser.open("/reports/" + id);
        browser.click("#tab-result");

        browser.awaitText(".data", "612345678901234567");
        browser.awaitText(".data", "1234567890123456");
    }

    @Test
    void contentOfReportCannotRun() throws IOException {
        String csv = "\"" + EVIL.replace("\"", "\"\"") + "\"\n\"" + EVIL.replace("\"", "\"\"") + "\"\n";
        for (String format : List.of("json", "csv", "html")) {
            String id = client.submit("/reports?type=summary&format=" + format, csv);
            assertThat(client.ended(id).getString("state")).isEqualTo("done");
            browser.open("/reports/" + id);
            browser.click("#tab-result");
            browser.find(format.equals("html") ? "iframe.page" : ".data");
            assertThat(browser.findAll("img, main script")).isEmpty();
            assertThat(browser.run("return document.querySelector('iframe')?.contentDocument ?? null"))
                    .isNull();
        }
    }

    @Test
    void contentOfSpansAndErrorsCannotRun() {
        // A header can have no line break, but markup.
        String id = client.submit(
                "/reports?type=summary&separator=%7C",
                "a\n\"" + EVIL,
                "user-agent",
                EVIL,
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4799-00f067aa0ba902b7-01",
                "tracestate",
                "x=<b>");
        client.ended(id);
        browser.open("/reports/" + id);
        browser.awaitText(".head .state", "failed");
        browser.awaitCount(".row", 4);
        browser.click(".row .name");
        assertThat(browser.find(".span-facts").getText()).contains(EVIL);
        assertThat(browser.findAll("img, main script, main b > *")).isEmpty();

        browser.open("/reports/%3Cimg%20src=x%20onerror=window.broken=1%3E");
        browser.find(".error");
        assertThat(browser.findAll("img")).isEmpty();
    }

    @Test
    void fileNamesAndParametersCannotRun() throws IOException {
        Path file = Files.writeString(folder.resolve("<img src=x onerror=window.broken=1>.csv"), "a\n1\n");
        browser.open("/reports");
        browser.click("#new");
        browser.awaitCount("#form-type option", 2);
        browser.upload("#form-file", file);
        browser.awaitText(".taken", "<img");
        browser.choose("#form-type", "simulated");
        browser.run(
                "const p = document.querySelector('#parameter-0'); p.removeAttribute('pattern'); p.value = arguments[0]",
                EVIL);
        browser.click("#form [type=submit]");
        browser.awaitText("#form .error", "duration");
        assertThat(browser.findAll("img, main script")).isEmpty();
    }

    @Test
    void isAccessibleInLightDarkAndSmall() {
        String id = client.submit("/reports?type=summary&format=csv", "a,b\n1,x\n2,y\n");
        client.ended(id);
        browser.open("/reports/" + id);
        browser.awaitCount(".row", 6);
        browser.click(".row .name");
        browser.click("#new");
        browser.awaitCount("#form-type option", 2);
        try {
            for (String scheme : List.of("light", "dark")) {
                browser.setColours(scheme);
                assertThat(browser.accessibilityProblems()).as(scheme).isEmpty();
                browser.takePicture("trace-" + scheme);
            }
            String back = (String) browser.run("return getComputedStyle(document.body).backgroundColor");
            assertThat(back).isEqualTo("rgb(18, 22, 28)");
            browser.click("#tab-result");
            browser.find(".data");
            browser.resize(520, 900);
            assertThat(browser.accessibilityProblems()).isEmpty();
            browser.takePicture("small");
            assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
        } finally {
            browser.setColours("light");
            browser.resize(1440, 900);
        }
    }

    @Test
    void supportsKeyboard() {
        browser.open("/reports");
        browser.tabTo("#new");
        browser.press(Keys.ENTER);
        browser.awaitCount("#form-type option", 2);
        browser.tabTo("#form-text");
        browser.press("a,b\n1,2\n");
        browser.tabTo("#form [type=submit]");
        browser.press(Keys.ENTER);
        browser.awaitText(".head .state", "done");
        browser.awaitCount(".row", 6);

        browser.tabTo("#tab-trace");
        browser.press(Keys.ARROW_RIGHT);
        browser.find(".result .data");
        browser.press(Keys.ARROW_LEFT);
        browser.tabTo(".row .name");
        browser.press(Keys.ARROW_DOWN);
        browser.press(Keys.ENTER);
        assertThat(browser.text(".row:nth-child(2) .span-facts")).contains("PRODUCER");
        double width = style(".row", "width");
        browser.press("+");
        assertThat(style(".row", "width")).isCloseTo(2 * width, within(0.01));
        browser.press("0");
        assertThat(style(".row", "width")).isCloseTo(width, within(0.001));
    }

    @Test
    void filtersByStateAndType() {
        client.ended(client.submit("/reports?type=summary", "a\n\""));
        client.ended(client.submit("/reports?type=summary", "a\n1\n"));
        client.ended(client.submit("/reports?type=simulated", ""));
        browser.open("/reports");
        browser.awaitCount("tr[data-state=done]", 2);
        browser.choose("#state", "failed");
        browser.choose("#type", "summary");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> browser.findAll("#list tr").size()
                        == browser.findAll("tr[data-state=failed]").size());
        assertThat(browser.findAll("tr[data-state=failed]")).isNotEmpty().allSatisfy(row -> assertThat(row.getText())
                .contains("summary"));
    }

    private static Process startWorker() throws IOException {
        Path conf = Files.writeString(folder.resolve("worker.yaml"), WORKER.formatted(redis.url()));
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "-conf",
                        conf.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("worker.log").toFile());
        return builder.start();
    }

    private static JsonArray workers() {
        return new JsonObject(client.get("/workers").body()).getJsonArray("workers");
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    private static long start(JsonObject span) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(span.getString("startTime")));
    }

    private static long end(JsonObject span) {
        return start(span) + span.getLong("durationMicros");
    }

    private static int depth(JsonObject span) {
        return Integer.parseInt((String) browser.run(
                "return document.querySelector(arguments[0]).style.getPropertyValue('--depth')",
                ".row[data-span='" + span.getString("spanId") + "'] .cell"));
    }

    private static double style(String row, String property) {
        String value = (String)
                browser.run("return document.querySelector(arguments[0] + ' .bar').style[arguments[1]]", row, property);
        return Double.parseDouble(value.replace("%", ""));
    }
}
