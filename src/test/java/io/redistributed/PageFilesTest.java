package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the page and its files are served. */
class PageFilesTest {

    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private static final Pattern FILE = Pattern.compile("(?:href|src)=\"(/page/[^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("from \"\\./([^\"]+)\"");

    private static RedisServer redis;
    private static Service service;
    private static ApiClient client;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        service = Service.start("""
                redis: { endpoints: ["%s"] }
                tracing: { jaeger: { ui: "http://jaeger.example" } }
                verticles:
                  - name: "java:io.redistributed.api.HttpVerticle"
                    config: { port: PORT }
                """.formatted(redis.url()));
        client = service.client();
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
    }

    @Test
    void browsersGetPageAndOthersEntry() {
        HttpResponse<String> page = client.get("/", "accept", BROWSER);
        assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("vary")).hasValue("accept, accept-encoding");
        assertThat(page.body()).doesNotContain("{version}", "style=", "onclick", "http://", "https://");
        for (String accept : List.of("*/*", "application/json")) {
            HttpResponse<String> entry = client.get("/", "accept", accept);
            assertThat(new JsonObject(entry.body()).getJsonObject("links").getString("jaeger"))
                    .isEqualTo("http://jaeger.example");
            assertThat(entry.headers().firstValue("vary")).hasValue("accept, accept-encoding");
        }
    }

    @Test
    void policyForbidsExternalContent() {
        String policy = client.get("/", "accept", BROWSER)
                .headers()
                .firstValue("content-security-policy")
                .orElseThrow();
        assertThat(policy)
                .contains(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "frame-ancestors 'none'",
                        "base-uri 'none'",
                        "form-action 'self'",
                        "require-trusted-types-for 'script'")
                .doesNotContain("unsafe", "*", "http");
    }

    @Test
    void versionedFilesAreImmutable() {
        String page = client.get("/", "accept", BROWSER).body();
        List<String> files =
                FILE.matcher(page).results().map(found -> found.group(1)).toList();
        assertThat(files).hasSize(3);
        for (String path : files) {
            HttpResponse<String> file = client.get(path);
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(file.headers().firstValue("cache-control")).hasValue("public, max-age=31536000, immutable");
            assertThat(file.headers().firstValue("x-content-type-options")).hasValue("nosniff");
            assertThat(file.headers().firstValue("x-trace-id")).isEmpty();
            assertThat(file.headers().firstValue("vary")).hasValue("accept-encoding");
            String tag = file.headers().firstValue("etag").orElseThrow();
            assertThat(client.get(path, "if-none-match", tag).statusCode()).isEqualTo(304);
            assertThat(client.get(path, "if-none-match", "*").statusCode()).isEqualTo(304);
            assertThat(client.get(path, "if-none-match", "\"x\"", "if-none-match", "\"y\", " + tag)
                            .statusCode())
                    .isEqualTo(304);
            assertThat(client.get(path, "if-none-match", "\"x\"").statusCode()).isEqualTo(200);
            assertThat(client.get("/", "accept", BROWSER, "if-none-match", tag).statusCode())
                    .isEqualTo(304);
        }
        assertThat(client.get("/page/0/app.js").statusCode()).isEqualTo(404);
        assertThat(client.get(files.get(0).replaceFirst("[^/]+$", "index.html")).statusCode())
                .isEqualTo(404);
    }

    /** The same bytes have the same strong tag (RFC 9110). */
    @Test
    void tagsAreWeakAsCompressionChangesTheBytes() {
        for (String coding : List.of("gzip", "identity")) {
            HttpResponse<byte[]> page =
                    client.sendBytes("GET", "/", BodyPublishers.noBody(), "accept", BROWSER, "accept-encoding", coding);
            assertThat(page.headers().firstValue("content-encoding").orElse("identity"))
                    .isEqualTo(coding);
            assertThat(page.headers().firstValue("etag").orElseThrow()).startsWith("W/\"");
        }
    }

    @Test
    void importedModulesAreServed() {
        String page = client.get("/", "accept", BROWSER).body();
        String script = FILE.matcher(page)
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(path -> path.endsWith("app.js"))
                .findFirst()
                .orElseThrow();
        Set<String> seen = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(List.of("app.js"));
        while (!next.isEmpty()) {
            String module = next.pop();
            if (seen.add(module)) {
                HttpResponse<String> file = client.get(script.replace("app.js", module));
                assertThat(file.statusCode()).as(module).isEqualTo(200);
                assertThat(file.headers().firstValue("content-type")).hasValue("text/javascript; charset=utf-8");
                assertThat(file.body()).doesNotContain("innerHTML", "insertAdjacentHTML", "eval(");
                IMPORT.matcher(file.body()).results().forEach(found -> next.push(found.group(1)));
            }
        }
        assertThat(seen).hasSize(34);
    }
}
