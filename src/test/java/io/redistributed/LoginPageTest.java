package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.auth.ApiKey;
import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page of a service with authentication, in a real browser. */
@Tag("browser")
class LoginPageTest {

    private static final String USER = ApiKey.random();
    private static final String OTHER = ApiKey.random();
    private static final String OPERATOR = ApiKey.random();

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        service = Service.start(config("PORT", USER));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @Test
    void logsInFollowsAReportAndLogsOut() {
        String id = client.submit("/reports?type=summary", "a,b\n1,2\n", "authorization", "Bearer " + USER);
        try (Browser browser = new Browser(service.port())) {
            browser.openViewer();
            browser.find("#login");
            assertThat(browser.accessibilityProblems()).isEmpty();
            browser.takePicture("login");
            logIn(browser, "rd_wrong");
            browser.awaitText("#login-problem", "unknown API key");

            logIn(browser, USER);
            browser.awaitText("#who", "key:user");
            browser.awaitText("#connection", "live");
            browser.click("tr[data-report='" + id + "']");
            browser.awaitText(".head .state", "done");
            browser.click("#tab-result");
            browser.find("#detail pre, #detail table, #detail iframe");
            assertThat(browser.find("#new").isDisplayed()).isTrue();
            browser.click("#tab-trace");
            browser.click(".row .name");
            for (String css : List.of("#to-traces", "#to-services", "#to-workers", ".links a", ".span-facts a")) {
                assertThat(browser.findAll(css)).as(css).isNotEmpty();
                assertThat(browser.findAll(css).get(0).isDisplayed()).as(css).isFalse();
            }
            assertThat(browser.run("return document.cookie + JSON.stringify({...sessionStorage, ...localStorage})"))
                    .asString()
                    .doesNotContain("rd_");
            browser.takePicture("logged-in");
            assertThat(browser.complaints()).isEmpty();

            browser.click("#who button");
            browser.find("#login");
            logIn(browser, OPERATOR);
            browser.awaitText("#who", "key:operator");
            browser.click("#to-workers");
            browser.awaitCount("#workers tbody tr", 1);
            browser.click("#to-traces");
            browser.find("#trace-pause");
            assertThat(browser.findAll("label:has(#trace-file)").get(0).isDisplayed())
                    .isFalse();
        }
    }

    /** The event stream has the newest 200 reports of all callers. */
    @Test
    void showsReportsThatAreNotAmongTheNewestOfAll() {
        String id = client.submit("/reports?type=summary", "a,b\n1,2\n", "authorization", "Bearer " + USER);
        submitNewestOfAll();
        try (Browser browser = new Browser(service.port())) {
            browser.openViewer();
            logIn(browser, USER);
            browser.find("tr[data-report='" + id + "']");
        }
    }

    @Test
    void showsReportsOfAnOutageThatAreNotAmongTheNewestOfAll() {
        Service before = Service.start(config("PORT", USER));
        try (Browser browser = new Browser(before.port())) {
            browser.openViewer();
            logIn(browser, USER);
            browser.awaitText("#connection", "live");

            before.close();
            browser.awaitText("#connection", "reconnecting");
            String id = client.submit("/reports?type=summary", "a,b\n1,2\n", "authorization", "Bearer " + USER);
            submitNewestOfAll();
            try (Service after = Service.start(config(String.valueOf(before.port()), USER))) {
                browser.find("tr[data-report='" + id + "']");
            }
        }
    }

    private static void submitNewestOfAll() {
        JsonArray reports = new JsonArray();
        for (int i = 0; i < 100; i++) {
            reports.add(new JsonObject().put("type", "summary").put("input", "a\n1\n"));
        }
        for (int i = 0; i < 2; i++) {
            assertThat(client.post(
                                    "/reports/batch",
                                    reports.encode(),
                                    "authorization",
                                    "Bearer " + OTHER,
                                    "content-type",
                                    "application/json")
                            .statusCode())
                    .isEqualTo(202);
        }
    }

    @Test
    void showsTheLoginWhenTheSessionHasEnded() {
        String key = ApiKey.random();
        Service before = Service.start(config("PORT", key));
        try (Browser browser = new Browser(before.port())) {
            browser.openViewer();
            logIn(browser, key);
            browser.awaitText("#connection", "live");

            before.close();
            try (Service after = Service.start(config(String.valueOf(before.port()), USER))) {
                browser.find("#login");
            }
        }
    }

    private static String config(String port, String key) {
        return """
                redis: { endpoints: ["%s"] }
                auth:
                  callers:
                    - { name: user, keys: ["%s"], rights: [submit, read] }
                    - { name: other, keys: ["%s"], rights: [submit] }
                    - { name: operator, keys: ["%s"], rights: [operate] }
                verticles:
                  - { name: "java:io.redistributed.export.JaegerExporterVerticle" }
                  - { name: "java:io.redistributed.generate.SummaryGenerator" }
                  - { name: "java:io.redistributed.worker.WorkerVerticle", config: { drain: 1ms } }
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: %s } }
                """.formatted(redis.url(), ApiKey.hash(key), ApiKey.hash(OTHER), ApiKey.hash(OPERATOR), port);
    }

    private static void logIn(Browser browser, String key) {
        browser.find("#login-key").clear();
        browser.find("#login-key").sendKeys(key);
        browser.click("#login-form .primary");
    }
}
