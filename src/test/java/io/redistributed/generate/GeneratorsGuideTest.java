package io.redistributed.generate;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import groovy.lang.GroovyClassLoader;
import io.redistributed.settings.Settings;
import io.redistributed.testing.Compiler;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generators of docs/generators.md make the same report, in whatever language they are. */
class GeneratorsGuideTest {

    private static final Path SAMPLES = Path.of("samples/generators");

    private final GeneratorFixture fixture = new GeneratorFixture();

    @TempDir
    private Path classes;

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"generators/TopCustomers.java", "generators/top-customers.js", "workers/python/top_customers.py"
            })
    void guideShowsShortSamples(String sample) throws IOException {
        String source = Files.readString(Path.of("samples", sample));

        assertThat(Files.readString(Path.of("docs/generators.md"))).contains("\n" + source + "```\n");
        assertThat(source.lines()).hasSizeLessThanOrEqualTo(40);
    }

    @Test
    void javaMakesTheReport() throws Exception {
        Compiler.compile(SAMPLES.resolve("TopCustomers.java"), classes);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            deploy(loader.loadClass("TopCustomers"));
            assertMakesTheReport("top-customers");
        }
    }

    @Test
    void javaScriptMakesTheReport() {
        JsonObject node = JsonObject.of("folder", SAMPLES.toString());
        await(fixture.vertx.deployVerticle(
                "js:top-customers.js", new DeploymentOptions().setConfig(JsonObject.of(Settings.NODE, node))));
        assertMakesTheReport("top-customers");
    }

    @Test
    void groovyMakesTheReport() throws Exception {
        try (GroovyClassLoader loader = new GroovyClassLoader()) {
            deploy(loader.parseClass(SAMPLES.resolve("TopCustomers.groovy").toFile()));
            assertMakesTheReport("top-customers-groovy");
        }
    }

    private void deploy(Class<?> generator) throws ReflectiveOperationException {
        await(fixture.vertx.deployVerticle(
                (Deployable) generator.getDeclaredConstructor().newInstance()));
    }

    private void assertMakesTheReport(String type) {
        Buffer csv = Buffer.buffer("date,who,amount\n1,Ada,1.50\n2,Bob,4.25\n3,Ada,2.25\n4,Eve,0.75\n");
        JsonObject parameters = JsonObject.of("groupBy", "who", "value", "amount", "top", 2);

        GeneratedContent content = fixture.content(type, parameters, csv);

        assertThat(content.contentType()).isEqualTo("text/csv");
        assertThat(content.body()).hasToString("customer,sum\nBob,4.25\nAda,3.75\n");
        assertThat(fixture.progress).isNotEmpty();
        GenerationException failure = fixture.failure(type, parameters, Buffer.buffer("a,b\n1,2\n"));
        assertThat(failure.errorType()).isEqualTo("invalid_input");
        assertThat(failure.getMessage()).startsWith("the columns are ").contains("a, b");
        for (String bad : List.of("Bob", "Bob,", "Bob,x", "")) {
            GenerationException row =
                    fixture.failure(type, parameters, Buffer.buffer("who,amount\nAda,1\n" + bad + "\nEve,2\n"));
            assertThat(row.errorType()).isEqualTo("invalid_input");
            assertThat(row).hasMessage("row 2 has no number in amount");
        }
        assertThat(fixture.failure(type, parameters, Buffer.buffer("\n")).errorType())
                .isEqualTo("invalid_input");
    }
}
