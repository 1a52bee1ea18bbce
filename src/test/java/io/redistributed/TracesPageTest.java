package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** The traces of the page in a real browser, also those that other programs send. */
@Tag("browser")
class TracesPageTest {

    private static final String SHOP = "5b8efff798038103d269b633813fc60c";
    private static final String SLOW_SHOP = "5b8efff798038103d269b633813fc60d";
    private static final String LARGE = "5b8efff798038103d269b633813fc60e";
    private static final String CYCLES = "5b8efff798038103d269b633813fc60f";
    private static final String VALUES = "5b8efff798038103d269b633813fc610";
    private static final String DEEP = "5b8efff798038103d269b633813fc611";

    private static final String RIGHT_TO_LEFT = "5b8efff798038103d269b633813fc612";
    private static final String INSTANT = "5b8efff798038103d269b633813fc613";

    /** No double has this value. */
    private static final long LONG = 612345678901234567L;

    /** Counts the tables in view whose head has not a cell for each one of the first row. */
    private static final String TABLES_WITH_OTHER_HEADS = """
            const cells = row => [...row.cells].filter(cell => cell.offsetParent).length;
            return [...document.querySelectorAll("table:has(thead):has(tbody tr)")].filter(table => table.offsetParent
              && cells(table.tHead.rows[0]) !== cells(table.tBodies[0].rows[0])).length;""";

    private static final long NOW = System.currentTimeMillis();

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;
    private static Browser browser;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                verticles:
                  - name: "java:io.redistributed.export.JaegerExporterVerticle"
                  - name: "java:io.redistributed.generate.SimulatedGenerator"
                  - name: "java:io.redistributed.worker.WorkerVerticle"
                  - name: "java:io.redistributed.api.HttpVerticle"
                    config: { port: PORT }
                """.formatted(redis.url()));
        client = service.client();
        browser = new Browser(service.port());
        send(shop(SHOP, 40));
        send(shop(SLOW_SHOP, 400));
        send(large());
    }

    @AfterAll
    static void stop() {
        browser.close();
        service.close();
        redis.close();
    }

    @AfterEach
    void consoleHasNoErrors() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void tracesOfOtherProgramsAreListedAndFound() {
        String id = client.submit("/reports?type=simulated", "");
        client.ended(id);
        browser.open("/traces");
        browser.awaitCount("#trace-list tr", 4);
        browser.awaitCount("#trace-scatter .dot", 4);
        browser.takePicture("traces");
        assertThat(new JsonObject(client.get("/traces?limit=200").body())
                        .getJsonArray("traces").stream().map(trace -> ((JsonObject) trace).getString("name")))
                .contains("POST /reports")
                .doesNotContain("GET /", "GET /reports", "GET /reports/types");

        browser.open("/traces?service=shop&attribute=order.id%3D17&minDuration=300ms");
        await().until(() -> browser.findAll("#trace-list tr").size() == 1);
        assertThat(browser.find("#trace-list tr").getDomAttribute("data-trace")).isEqualTo(SLOW_SHOP);
        browser.open("/traces?service=bulk&status=error");
        browser.awaitText("#trace-empty", "No matching traces");
        browser.open("/traces?minDuration=soon");
        browser.awaitText("#trace-problem", "minDuration: \"soon\" is not a duration");
    }

    @Test
    void showsWhereTimeWent() {
        browser.open("/traces/" + SHOP);
        browser.awaitCount("#trace-detail .row", 4);
        browser.awaitText("#trace-detail .hop", "Redis Pub/Sub: 1 receiver");
        browser.awaitText(".spent", "between publish and process");
        assertThat(browser.text(".spent")).contains("between publish and process 12.0 ms", "process 40.0 ms");
        browser.takePicture("trace");

        browser.click("#tab-flame");
        browser.awaitCount(".flame-box", 4);
        browser.takePicture("flame");
        browser.click("#tab-spans");
        browser.awaitCount("#panel-spans tbody tr", 4);
        browser.takePicture("spans");
        browser.click("#panel-spans tbody tr button");
        browser.awaitCount("#trace-detail .span-facts", 1);
    }

    @Test
    void permalinkOpensSpanAndFindMoves() {
        browser.open("/traces/" + SHOP + "/0000000000000003");
        browser.awaitText("#trace-detail .row[data-span='0000000000000003'] .span-facts", "receivers");
        browser.find("#trace-detail .finder").sendKeys("process", "\n");
        await().until(() ->
                "0000000000000004".equals(browser.run("return document.activeElement.closest('.row')?.dataset.span")));
        browser.awaitText("#trace-detail .tools", "1 of 1");
    }

    @Test
    void twoTracesAreCompared() {
        browser.open("/compare/" + SHOP + "/" + SLOW_SHOP);
        browser.awaitText("#compare-result", "B is 360 ms slower");
        browser.awaitText("#compare-result tbody", "+360 ms");
        browser.takePicture("compare");
        browser.open("/compare/" + SHOP + "/" + SHOP);
        browser.awaitText("#compare-result", "B is as fast");
    }

    @Test
    void cyclesOfParentsBeginWithTheirFirstSpan() {
        send(resource(
                "odd",
                new JsonArray()
                        .add(span(CYCLES, 1, 3, "late", 1, NOW + 5, NOW + 6, "a", "b"))
                        .add(span(CYCLES, 2, 1, "later", 1, NOW + 6, NOW + 7, "a", "b"))
                        .add(span(CYCLES, 3, 2, "first", 1, NOW, NOW + 9, "a", "b"))
                        .add(span(CYCLES, 4, 1, "below", 1, NOW + 5, NOW + 6, "a", "b"))
                        .add(span(CYCLES, 5, 5, "own parent", 1, NOW + 8, NOW + 9, "a", "b"))));
        browser.open("/traces/" + CYCLES);
        browser.awaitCount("#trace-detail .row", 5);
        assertThat(browser.findAll("#trace-detail .row").stream().map(row -> row.getDomAttribute("data-span")))
                .containsExactly(
                        "0000000000000003",
                        "0000000000000001",
                        "0000000000000004",
                        "0000000000000002",
                        "0000000000000005");
    }

    @Test
    void findsNothingInATraceThatDoesNotExist() {
        browser.open("/traces/" + SHOP);
        browser.awaitCount("#trace-detail .row", 4);
        browser.run("location.hash = '#/traces/00000000000000000000000000000001'");
        browser.awaitText("#trace-detail .error", "not found");
        browser.find("#trace-detail .finder").sendKeys("process");
        browser.awaitText("#trace-detail .tools", "0 found");
    }

    @Test
    void serviceWithoutCallsHasNoGraph() {
        browser.open("/services?service=unknown");
        browser.awaitText("#services-count", "0 spans of 0 traces");
        assertThat(browser.findAll("#services-graph svg").get(0).isDisplayed()).isFalse();
    }

    @Test
    void labelsOfAHistogramAreAtTheirCounts() {
        browser.open("/services");
        browser.run("""
                import(document.querySelector("script[type=module]").src.replace("app.js", "histogram.js")).then(({ histogram }) => {
                  const drawn = histogram({ p50Micros: 0, p95Micros: 1, p99Micros: 1,
                    histogram: [{ belowMicros: 1, count: 3 }, { belowMicros: 2, count: 1 }] }, { low: 0, high: 1 });
                  const left = text => [...drawn.querySelectorAll("text")].find(({ textContent }) => textContent === text).getAttribute("x");
                  window.histogram = [...drawn.querySelectorAll(".tick.end")].map(({ textContent }) => textContent).join()
                    + `; ${left("0 ms")} ${left("1 µs")}; ${[...drawn.querySelectorAll("title")].map(({ textContent }) => textContent).join()}`;
                });""");
        await().until(() -> browser.run("return window.histogram"), Objects::nonNull);
        assertThat(browser.run("return window.histogram")).isEqualTo("0,2,4; 44 262; 0 ms to 1 µs: 3,1 µs to 2 µs: 1");
    }

    @Test
    void servicesAndTheirOperationsAreShown() {
        browser.open("/services");
        browser.awaitText("#services-count", "spans of");
        browser.awaitCount("#services-graph .graph-node", 2);
        browser.awaitCount("#services-graph .graph-edge.message.failed", 1);
        browser.takePicture("services");

        browser.tabTo("#services-graph a[aria-label^='shop']");
        browser.press(Keys.ENTER);
        await().until(() -> browser.run("return location.hash").equals("#/services?service=shop&since=15m"));
        browser.awaitCount("#services-graph a[aria-current]", 1);
        browser.click("#services-graph summary");
        browser.awaitText("#services-graph tbody", "shopshopmessage");
        assertThat(browser.text("#services-graph tbody")).contains("15.0 ms", "shoppostgresqldatabase");

        browser.tabTo("#services-operations tbody button");
        browser.press(Keys.ENTER);
        browser.awaitText(".operation-details", "Durations of ");
        browser.takePicture("operation");
        browser.resize(520, 900);
        browser.takePicture("operation-520");
        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(520L);
        browser.resize(1440, 900);
        browser.click(".operation-details li a");
        browser.awaitText("#trace-detail .row[data-span='0000000000000004'] .span-facts", "timeout");
        assertThat(browser.run("return location.hash")).isEqualTo("#/traces/" + SLOW_SHOP + "/0000000000000004");
    }

    /** Only the rows near the visible ones are in the document. */
    @Test
    void tenThousandSpansScroll() {
        browser.open("/traces/" + LARGE);
        browser.awaitText("#trace-detail .tools", "10000 spans");
        assertThat(browser.findAll("#trace-detail .row").size()).isBetween(20, 400);
        browser.takePicture("large");
        System.out.printf(
                "trace page: %s kB in %s files, first paint after %s ms; 10,000 spans redrawn in %s ms%n",
                ((List<?>) browser.run("""
                        const files = performance.getEntriesByType("resource").filter(file => file.name.includes("/page/"));
                        const begin = performance.now();
                        document.querySelector("#trace-detail .zoom button").click();
                        const redrawn = performance.now() - begin;
                        return [files.reduce((sum, file) => sum + file.encodedBodySize, 0) / 1000, files.length,
                          performance.getEntriesByType("paint")[0].startTime, redrawn].map(Math.round).map(String);""")).toArray());
        browser.run("document.getElementById('trace-detail').scrollTop = 130000");
        await().until(() -> (Boolean) browser.run("return [...document.querySelectorAll('#trace-detail .row')]"
                + ".some(row => Number(row.getAttribute('aria-posinset')) > 5000)"));
        assertThat(browser.findAll("#trace-detail .row").size()).isBetween(20, 400);

        browser.click("#tab-waterfall");
        browser.run("document.getElementById('trace-detail').scrollTop = 0");
        await().until(() -> (Boolean) browser.run(
                "return document.querySelector('#trace-detail .row').getAttribute('aria-posinset') === '1'"));
        browser.click("#trace-detail .row .fold");
        await().until(() -> browser.findAll("#trace-detail .row").size() == 1);
    }

    @Test
    void filesOfOtlpAndOfJaegerAreOpened(@TempDir Path folder) throws Exception {
        String jaeger = client.get("/api/traces/" + SHOP).body();
        String other = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        Path file = folder.resolve("jaeger.json");
        Files.writeString(file, jaeger.replace(SHOP, other));
        openFile(file, other);
        browser.awaitCount("#trace-detail .row", 4);
        assertThat(spans(other)).isEqualTo(spans(SHOP));

        String third = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
        Path otlp = folder.resolve("otlp.json");
        Files.writeString(otlp, client.get("/api/v3/traces/" + SHOP).body().replace(SHOP, third));
        openFile(otlp, third);
        browser.awaitCount("#trace-detail .row", 4);
        assertThat(spans(third)).isEqualTo(spans(SHOP));
    }

    @Test
    void valuesOfAttributesAreWhole() {
        send(resource(
                "values",
                new JsonArray()
                        .add(span(VALUES, 1, 0, "GET /item", 1, NOW, NOW + 5, "a", "b")
                                .put(
                                        "attributes",
                                        new JsonArray()
                                                .add(attribute("user.id", LONG))
                                                .add(new JsonObject()
                                                        .put("key", "order")
                                                        .put("value", structured()))))));
        browser.open("/traces/" + VALUES + "/0000000000000001");
        browser.awaitText(".span-facts", "user.id");
        assertThat(browser.text(".span-facts"))
                .contains("user.id" + LONG, "order{\"lines\":[\"a\",null,{\"count\":2}]}");
        browser.find("#trace-detail .finder").sendKeys("\"count\":2");
        browser.awaitText("#trace-detail .tools", "1 found");
        browser.takePicture("values");
    }

    @Test
    void filesKeepTheDigitsOfTheirNumbers(@TempDir Path folder) throws Exception {
        String otlp = "dddddddddddddddddddddddddddddddd";
        Path file = folder.resolve("otlp.json");
        Files.writeString(
                file,
                resource(
                                "digits",
                                new JsonArray()
                                        .add(span(otlp, 1, 0, "GET /item", 1, NOW, NOW + 5, "a", "b")
                                                .put("startTimeUnixNano", NOW * 1_000_000 + 123_457)
                                                .put("attributes", new JsonArray().add(attribute("user.id", LONG)))))
                        .encode());
        openFile(file, otlp);
        assertThat(spans(otlp)).contains("\"user.id\":" + LONG);
        assertThat(client.get("/api/v3/traces/" + otlp).body()).contains("\"startTimeUnixNano\":\"" + NOW + "123457\"");

        String jaeger = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
        file = folder.resolve("jaeger.json");
        Files.writeString(file, client.get("/api/traces/" + otlp).body().replace(otlp, jaeger));
        openFile(file, jaeger);
        assertThat(spans(jaeger)).contains("\"user.id\":" + LONG);
    }

    @Test
    void messagesAboutFilesOutliveTheNextLists(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("none.json");
        Files.writeString(file, "{}");
        browser.open("/traces");
        browser.upload("#trace-file", file);
        browser.awaitText("#trace-file-problem", "none.json: there are no spans in it");
        Number lists = lists();
        await().atMost(Duration.ofSeconds(30)).until(() -> lists().intValue() >= lists.intValue() + 2);
        assertThat(browser.text("#trace-file-problem")).contains("none.json");
        browser.takePicture("file-problem");
        browser.click("#trace-search .primary");
        await().until(() -> browser.text("#trace-file-problem").isEmpty());

        String partial = "cccccccccccccccccccccccccccccccc";
        Files.writeString(
                file,
                resource(
                                "partial",
                                new JsonArray()
                                        .add(span(partial, 1, 0, "GET /item", 1, NOW, NOW + 5, "a", "b"))
                                        .add(span(partial, 2, 1, "without start", 1, NOW, NOW + 5, "a", "b")
                                                .putNull("startTimeUnixNano")))
                        .encode());
        openFile(file, partial);
        browser.awaitText("#trace-file-problem", "without a startTimeUnixNano");
    }

    /** Counts the lists of traces that the page has received. */
    private static Number lists() {
        return (Number) browser.run("return performance.getEntriesByType('resource')"
                + ".filter(({name}) => name.includes('/traces?limit=100')).length");
    }

    private static void openFile(Path file, String traceId) {
        browser.open("/traces");
        browser.upload("#trace-file", file);
        await().until(() -> browser.run("return location.hash").equals("#/traces/" + traceId));
    }

    @ParameterizedTest
    @CsvSource({"1280", "1440", "1920"})
    void namesOfDeepSpansAreVisible(int width) {
        JsonArray spans = new JsonArray();
        for (int i = 1; i <= 15; i++) {
            spans.add(span(DEEP, i, i - 1, "OrderService.step" + i, i == 15 ? 4 : 1, NOW + i, NOW + 50 - i, "a", "b"));
        }
        send(resource("deep", spans));
        try {
            browser.resize(width, 900);
            browser.open("/traces/" + DEEP);
            browser.awaitCount("#trace-detail .row", 15);
            browser.takePicture("deep-" + width);
            assertThat((List<?>) browser.run("""
                    return [...document.querySelectorAll("#trace-detail .row .name")].filter(name =>
                      name.querySelector(".text").offsetWidth < 60 || name.scrollWidth > name.clientWidth
                        || name.getBoundingClientRect().right > name.closest(".cell").getBoundingClientRect().right)
                      .map(({ textContent }) => textContent);""")).isEmpty();
        } finally {
            browser.resize(1440, 900);
        }
    }

    @Test
    void rightToLeftNamesReorderNothingElse() {
        send(resource(
                "שירות הזמנות",
                new JsonArray().add(span(RIGHT_TO_LEFT, 1, 0, "בדיקה 12", 1, NOW, NOW + 100, "a", "b"))));
        send(resource(
                "pay\u202Eroll",
                new JsonArray().add(span(RIGHT_TO_LEFT, 2, 1, "run", 1, NOW, NOW + 50, "a", "b\u202Ec"))));
        browser.open("/traces/" + RIGHT_TO_LEFT + "/0000000000000002");
        browser.awaitText(".span-facts", "b\\u202ec");
        assertThat(browser.text(".legend")).contains("pay\\u202eroll");
        browser.takePicture("right-to-left");
        assertThat((List<?>) browser.run("""
                return [...document.querySelectorAll("#trace-detail h2, .spent li:has(meter)")].filter(line => {
                  const parts = [...line.querySelectorAll("bdi, b, .id")].map(part => part.getBoundingClientRect());
                  return parts.length < 2 || parts.some(({ left }, i) => i > 0 && left < parts[i - 1].right);
                }).map(({ textContent }) => textContent);""")).isEmpty();
    }

    @Test
    void clockThatIsAheadLeavesRoomForOtherTraces() {
        long hour = Duration.ofHours(1).toMillis();
        long days = Duration.ofDays(400).toMillis();
        for (long at : new long[] {NOW - hour, NOW, NOW + days}) {
            String id = "%032x".formatted(at);
            send(resource("clock", new JsonArray().add(span(id, 1, 0, "tick", 1, at, at + 1, "a", "b"))));
        }
        browser.open("/traces?service=clock");
        browser.awaitCount("#trace-scatter .dot", 3);
        browser.takePicture("ahead");
        List<Double> x = browser.findAll("#trace-scatter .dot").stream()
                .map(dot -> Double.valueOf(dot.getDomAttribute("cx")))
                .toList();
        assertThat(x).hasSize(3);
        assertThat(x.get(1) - x.get(2)).isGreaterThan(200);
    }

    @Test
    void traceOfOneInstantIsDrawn() {
        send(resource("instant", new JsonArray().add(span(INSTANT, 1, 0, "now", 1, NOW, NOW, "a", "b"))));
        browser.open("/traces/" + INSTANT);
        browser.awaitCount("#trace-detail .bar", 1);
        assertThat(browser.text("#trace-detail .facts")).contains("took0 ms");
        browser.takePicture("instant");
        assertThat(browser.run("return document.querySelector('#trace-detail .bar').style.left"))
                .isEqualTo("0%");
        browser.click("#tab-flame");
        assertThat(browser.find(".flames").getDomAttribute("viewBox")).isEqualTo("0 0 1000 18");
    }

    @ParameterizedTest
    @CsvSource({
        "list, /traces, #trace-list tr",
        "trace, /traces/" + SHOP + ", #trace-detail .row .fault",
        "compare, /compare/" + SHOP + "/" + SLOW_SHOP + ", #compare-result tbody tr",
        "suggestions, /compare/" + SHOP + ", #compare-result li",
        "services, /services?service=shop, #services-operations tbody button",
    })
    void viewIsAccessible(String name, String view, String css) {
        try {
            for (String scheme : List.of("light", "dark")) {
                browser.setColours(scheme);
                browser.open(view);
                browser.find(css);
                if (name.equals("services")) {
                    browser.click(css);
                    browser.awaitText(".operation-details", "Durations of ");
                }
                for (int width : new int[] {1440, 520}) {
                    browser.resize(width, 900);
                    String what = name + '-' + scheme + '-' + width;
                    browser.takePicture(what);
                    assertThat(browser.accessibilityProblems()).as(what).isEmpty();
                    assertThat(browser.run("return document.documentElement.scrollWidth"))
                            .as(what)
                            .isEqualTo((long) width);
                    assertThat(browser.run(TABLES_WITH_OTHER_HEADS)).as(what).isEqualTo(0L);
                }
                browser.resize(1440, 900);
            }
        } finally {
            browser.setColours("light");
            browser.resize(1440, 900);
        }
    }

    private static String spans(String traceId) {
        return new JsonObject(client.get("/traces/" + traceId).body())
                .getJsonArray("spans")
                .encode();
    }

    private static void send(JsonObject otlp) {
        assertThat(client.post("/v1/traces", otlp.encode(), "content-type", "application/json")
                        .statusCode())
                .isEqualTo(200);
    }

    /** A request that publishes an order, and a consumer that processes it 12 ms later and fails. */
    private static JsonObject shop(String traceId, long processMillis) {
        long process = NOW + 20;
        return resource(
                "shop",
                new JsonArray()
                        .add(span(traceId, 1, 0, "POST /orders", 2, NOW, NOW + 10, "http.request.method", "POST"))
                        .add(span(traceId, 2, 1, "INSERT orders", 3, NOW + 1, NOW + 4, "db.system.name", "postgresql"))
                        .add(span(traceId, 3, 1, "publish orders", 4, NOW + 5, NOW + 8, "order.id", "17")
                                .put(
                                        "attributes",
                                        new JsonArray()
                                                .add(attribute("order.id", "17"))
                                                .add(attribute("redistributed.receivers", 1))))
                        .add(span(
                                        traceId,
                                        4,
                                        3,
                                        "process orders",
                                        5,
                                        process,
                                        process + processMillis,
                                        "error.type",
                                        "timeout")
                                .put("status", new JsonObject().put("code", 2).put("message", "too slow"))));
    }

    private static JsonObject large() {
        JsonArray spans = new JsonArray().add(span(LARGE, 1, 0, "GET /all", 2, NOW - 60_000, NOW - 40_000, "a", "b"));
        for (int i = 2; i <= 10_000; i++) {
            int parent = i % 10 == 0 || i < 10 ? 1 : i - i % 10;
            spans.add(
                    span(LARGE, i, parent, "item " + i % 7, 1, NOW - 60_000 + i, NOW - 60_000 + i + 900, "i", "" + i));
        }
        return resource("bulk", spans);
    }

    private static JsonObject resource(String service, JsonArray spans) {
        return new JsonObject()
                .put(
                        "resourceSpans",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put(
                                                "resource",
                                                new JsonObject()
                                                        .put(
                                                                "attributes",
                                                                new JsonArray()
                                                                        .add(attribute("service.name", service))))
                                        .put("scopeSpans", new JsonArray().add(new JsonObject().put("spans", spans)))));
    }

    private static JsonObject span(
            String traceId, int id, int parent, String name, int kind, long from, long to, String key, String value) {
        return new JsonObject()
                .put("traceId", traceId)
                .put("spanId", "%016x".formatted(id))
                .put("parentSpanId", parent == 0 ? "" : "%016x".formatted(parent))
                .put("name", name)
                .put("kind", kind)
                .put("startTimeUnixNano", from + "000000")
                .put("endTimeUnixNano", to + "000000")
                .put("attributes", new JsonArray().add(attribute(key, value)));
    }

    private static JsonObject attribute(String key, String value) {
        return new JsonObject().put("key", key).put("value", new JsonObject().put("stringValue", value));
    }

    private static JsonObject attribute(String key, long value) {
        return new JsonObject().put("key", key).put("value", new JsonObject().put("intValue", value));
    }

    /** Returns a map with a list of a text, nothing, and a map. */
    private static JsonObject structured() {
        return new JsonObject("""
                {"kvlistValue": {"values": [{"key": "lines", "value": {"arrayValue": {"values": [
                  {"stringValue": "a"}, {}, {"kvlistValue": {"values": [{"key": "count", "value": {"intValue": 2}}]}}]}}}]}}""");
    }
}
