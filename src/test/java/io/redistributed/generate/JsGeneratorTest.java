package io.redistributed.generate;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redistributed.settings.Settings;
import io.redistributed.testing.Waiting;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Generators in JavaScript, deployed by name as a configuration names them. */
class JsGeneratorTest {

    private static final String DESCRIPTION =
            "export const description = { title: 'Test', parameters: { type: 'object' } };";

    private static final JsonObject SALES = JsonObject.of("groupBy", "who", "value", "amount");

    private static GeneratorFixture fixture;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GeneratorFixture();
        deploy(Path.of("samples/generators/top-customers.js").toAbsolutePath().toString(), false);
        // Runs whatever the request holds.
        deploy(
                script("eval", "return (0, eval)(`(async (request) => {${request.parameters.code}})`)(request);"),
                false);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @BeforeEach
    void reset() {
        fixture.spans.reset();
        fixture.progress.clear();
    }

    @Test
    void theSampleMakesItsReportWithSpansAndProgress() {
        Buffer csv = Buffer.buffer("who,amount\nAda,1.5\nBob,4\nAda,2\n");

        GeneratedContent content = fixture.content("top-customers", SALES.copy().put("top", 2), csv);

        assertThat(content.contentType()).isEqualTo("text/csv");
        assertThat(content.body().toString()).isEqualTo("customer,sum\nBob,4.00\nAda,3.50\n");
        assertThat(fixture.progress).containsExactly(0.0);
        SpanData adding = fixture.spans().get(0);
        SpanData generate = fixture.spans().get(1);
        assertThat(adding.getName()).isEqualTo("add up");
        assertThat(adding.getParentSpanId()).isEqualTo(generate.getSpanId());
        assertThat(adding.getAttributes().get(AttributeKey.longKey("rows"))).isEqualTo(3);
        assertThat(generate.getName()).isEqualTo("generate top-customers");
    }

    @Test
    void inputOfItsOwnFaultFailsForGood() {
        GenerationException failure = fixture.failure("top-customers", SALES, Buffer.buffer("a,b\n1,2\n"));

        assertThat(failure).hasMessage("the columns are a, b");
        assertThat(failure.errorType()).isEqualTo("invalid_input");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            return { body: JSON.stringify(request.parameters.n), contentType: 'a/b' } | [1,{"é":null}]
            return { body: request.reportId + request.attempt + request.input.length, contentType: 'a/b' } | report-1112
            return { body: request.input.text(), contentType: 'a/b' } | naïve 😀!
            return { body: request.input.bytes(), contentType: 'a/b' } | naïve 😀!
            const t = request.input.text(); return { body: t + request.input.text(), contentType: 'a/b' } | naïve 😀!naïve 😀!
            return { body: new Uint8Array([104, 105]), contentType: 'a/b' } | hi
            await null; class A { #x = 1; get x() { return this.#x ?? 2n } } return { body: `${new A().x}`, contentType: 'a/b' } | 1
            let r = []; for (const i of [1, 2]) { const c = i; r.push(() => c) } return { body: String(r.map((f) => f())), contentType: 'a/b' } | 1,2
            return { body: '\\ud800', contentType: 'a/b' } | �
            return { body: String(typeof java_invoke + typeof Javy + typeof require + typeof process + typeof WebAssembly), contentType: 'a/b' } | undefinedundefinedundefinedundefinedundefined
            const r = await import('std').catch((e) => e.message); return { body: r, contentType: 'a/b' } | could not load module 'std'
            """)
    void aScriptComputes(String code, String result) {
        JsonObject parameters = new JsonObject("{\"n\":[1,{\"é\":null}]}").put("code", code);

        assertThat(fixture.content("eval", parameters, Buffer.buffer("naïve 😀!"))
                        .body())
                .hasToString(result);
    }

    @Test
    void reportsShareNothing() {
        String code = """
                globalThis.count = (globalThis.count ?? 0) + 1;
                Array.prototype.leak = Object.prototype.leak = 'leaked';
                const before = [count, typeof JSON.kept, String(Math.random())];
                JSON.kept = true;
                JSON.stringify = () => { throw new Error('tampered') };
                return { body: before.join(' '), contentType: 'text/plain' };""";
        List<String> bodies =
                List.of(1, 2).stream().map(i -> run(code).body().toString()).toList();

        assertThat(bodies).hasSize(2).doesNotHaveDuplicates().allMatch(body -> body.startsWith("1 undefined 0."));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            const f = (n) => 1 + f(n + 1); f(0) | too much recursion
            JSON.parse('['.repeat(1e6)) | too much recursion
            eval('('.repeat(1e6)) | too much recursion
            const a = []; a.toString = () => a + ''; a + '' | too much recursion
            let s = 'x'; for (;;) s += s | out of memory
            const a = []; for (;;) a.push(new Uint8Array(1e7)) | out of memory
            new Array(4e9).fill(1) | out of memory
            return { body: 'x'.repeat(3e8), contentType: 'a/b' } | out of memory
            globalThis.a = []; for (const n of [1e7, 1e5, 1e3]) try { for (;;) a.push(new Uint8Array(n)) } catch {} const f = () => Promise.resolve().then(f); return f() | out of memory
            await new Promise(() => {}) | generate() returned a promise that never settles
            return 1 | generate() returns { body: string or Uint8Array, contentType: string }
            return { body: {}, contentType: 'a/b' } | generate() returns { body: string or Uint8Array, contentType: string }
            return { body: '', contentType: 'é' } | printable ASCII
            request.progress(2) | progress() takes a number from 0 to 1
            null.x | cannot read property 'x' of null
            throw 'text' | Error: text
            throw { toString() { for (;;) throw this } } | an error that cannot be shown
            """)
    void resourceBombFailsItsReportOnly(String code, String reason) {
        GenerationException failure = failure(code);

        assertThat(failure).hasMessageContaining(reason);
        assertThat(failure.errorType()).isEqualTo("script_error");
        assertThat(failure.isRetryable()).isFalse();
        assertThat(run("return { body: 'alive', contentType: 'text/plain' }").body())
                .hasToString("alive");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for (;;);",
                "const again = () => Promise.resolve().then(again); await again();",
                "/^(a+)+$/.test('a'.repeat(50) + 'b')",
                "[2, 1].sort(() => { for (;;); })",
                "for (;;) try { for (;;); } catch {} finally { continue; }",
                "for (;;) console.log('flood');"
            })
    void anEndlessScriptEndsWithItsReport(String code) {
        Promise<Void> cancelled = Promise.promise();
        GenerateRequest request = new GenerateRequest(
                "report-1",
                1,
                JsonObject.of("code", code),
                Buffer.buffer(),
                null,
                Context.root(),
                done -> {},
                cancelled.future());
        Future<GeneratedContent> asked = fixture.ask("eval", request, Duration.ofSeconds(60));
        Waiting.eventually(() -> !scriptThreads().isEmpty());

        cancelled.complete();

        assertThat(GeneratorFixture.failure(asked)).hasMessage("generator 'eval' was cancelled");
        Waiting.eventually(() -> scriptThreads().isEmpty());
    }

    private static List<Thread> scriptThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("generate eval"))
                .toList();
    }

    @Test
    void exceptionHasFileLineAndStack() throws IOException {
        deploy(write("stack.js", """
                export const type = 'stack';
                %s
                const total = (rows) => rows.map((row) => row.cells.length);
                export function generate(request) {
                  return request.span('total', () => total([{}]));
                }
                """.formatted(DESCRIPTION)), false);

        GenerationException failure = fixture.failure("stack", new JsonObject(), Buffer.buffer());

        assertThat(failure.getMessage())
                .startsWith("stack.js:3:")
                .contains("TypeError: cannot read property 'length' of undefined\n    at ")
                .contains("at total (stack.js:3:")
                .doesNotContain("function.mjs", "<input>");
        assertThat(fixture.spans()).hasSize(2).allSatisfy(span -> {
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getEvents().get(0).getAttributes().get(AttributeKey.stringKey("exception.stacktrace")))
                    .contains("at total (stack.js:3:");
        });
    }

    @Test
    void aRetryableErrorIsRetried() {
        assertThat(failure("throw new RetryableError('later')").isRetryable()).isTrue();
    }

    @Test
    void spansNestAcrossPromisesAndTheirNumberIsBounded() {
        run("""
                await request.span('outer', async (outer) => {
                  await null;
                  await outer.span('inner', async () => {});
                });
                for (let i = 0; i < 2000; i++) request.span('many', () => {});
                return { body: '', contentType: 'text/plain' };""");

        List<SpanData> spans = fixture.spans();
        assertThat(spans).hasSize(1001);
        assertThat(spans.get(0).getName()).isEqualTo("inner");
        assertThat(spans.get(0).getParentSpanId()).isEqualTo(spans.get(1).getSpanId());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            const a = ;                                             | bad.js:1:10: SyntaxError: unexpected token in expression: ';'
            export const type = 'x'; {                              | bad.js:
            null.x                                                  | bad.js:1:
            await new Promise(() => {});                            | bad.js: its top level awaits a promise that never settles
            import fs from 'fs';                                    | could not load module 'fs'
            export const x = 1;                                     | bad.js: export const type is null; a report type has a-z
            export const type = 'Bad Type';                         | bad.js: export const type is "Bad Type"
            export const type = 'bad';                              | bad.js: export function generate(request) is missing
            export const type = 'bad'; export function generate() {} | bad.js: export const description must be
            export const type = 'bad', description = { title: 'x', parameters: { type: 'objekt' } }; export function generate() {} | bad.js: description.parameters:
            export const type = 'bad', description = { title: 'x', operators: 'true', parameters: { type: 'object' } }; export function generate() {} | bad.js: description.operators: must be true or false
            export const type = 'bad', description = { title: 'x', parameters: { $ref: 'http://x' } }; export function generate() {} | bad.js: description.parameters:
            export const type = 'eval', description = { title: 'x', parameters: { type: 'object' } }; export function generate() {} | report type 'eval' is that of js:eval.js too
            """)
    void unloadableScriptFailsWithOneLine(String source, String reason) throws IOException {
        String file = write("bad.js", source);

        assertThatThrownBy(() -> deploy(file, false))
                .hasMessageContaining(reason)
                .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(1));
    }

    @Test
    void missingScriptNamesSearchedPlaces() {
        assertThatThrownBy(() -> deploy("nope.js", false))
                .hasMessage("nope.js: no such file in " + folder + " or on the class path");
    }

    @Test
    void reloadsEditedScriptInDevelopment() throws IOException {
        String first = script("edited", "return { body: 'first', contentType: 'text/plain' };");
        deploy(first, true);
        assertThat(fixture.content("edited", new JsonObject(), Buffer.buffer()).body())
                .hasToString("first");

        script("edited", "return { body: 'second', contentType: 'text/plain' };");

        Waiting.eventually(() -> fixture.content("edited", new JsonObject(), Buffer.buffer())
                .body()
                .toString()
                .equals("second"));
    }

    private static GeneratedContent run(String code) {
        return fixture.content("eval", JsonObject.of("code", code), Buffer.buffer());
    }

    private static GenerationException failure(String code) {
        return fixture.failure("eval", JsonObject.of("code", code), Buffer.buffer());
    }

    private static String script(String type, String body) throws IOException {
        return write(
                type + ".js",
                "export const type = '%s'; %s\nexport async function generate(request) { %s }"
                        .formatted(type, DESCRIPTION, body));
    }

    private static String write(String name, String source) throws IOException {
        Files.writeString(folder.resolve(name), source);
        return name;
    }

    private static void deploy(String file, boolean dev) {
        JsonObject node = new JsonObject().put("folder", folder.toString()).put("dev", dev);
        await(fixture.vertx.deployVerticle(
                "js:" + file, new DeploymentOptions().setConfig(JsonObject.of(Settings.NODE, node))));
    }
}
