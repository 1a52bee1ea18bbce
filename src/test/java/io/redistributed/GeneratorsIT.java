package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import groovy.lang.GroovyObject;
import io.redistributed.testing.Compiler;
import io.redistributed.testing.Ports;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generators in several languages beside the jar: those that {@code new generator} writes, and one of a plugin. */
class GeneratorsIT {

    private static final Path SAMPLES = Path.of("samples").toAbsolutePath();
    private static final Path PLUGIN = SAMPLES.resolve("plugins/groovy");

    @TempDir
    private Path folder;

    @Test
    void generatorsOfThreeLanguagesMakeReportsInOneProcess() throws Exception {
        assertThat(create("lines-js", "js")).startsWith("Wrote lines-js.js. ");
        assertThat(create("lines-java", "java")).startsWith("Wrote LinesJava.java. ");
        Compiler.compile(folder.resolve("LinesJava.java"), folder);
        Compiler.compile(PLUGIN.resolve("GroovyVerticleFactory.java"), folder);
        int port = Ports.free();
        Path config = Files.writeString(folder.resolve("conf.yaml"), """
                tracing: { exporters: [store] }
                verticles:
                  - name: "java:io.redistributed.export.JaegerExporterVerticle"
                  - { name: "js:lines-js.js", instances: 2 }
                  - name: "java:LinesJava"
                  - name: "groovy:%s/generators/TopCustomers.groovy"
                  - name: "java:io.redistributed.worker.WorkerVerticle"
                  - { name: "java:io.redistributed.api.HttpVerticle", config: { port: %d } }
                """.formatted(SAMPLES, port));
        try (JarProcess jar =
                JarProcess.withPlugins(folder, List.of(folder, PLUGIN, groovy()), "-conf", config.toString())) {
            jar.awaitReady();
            ApiClient client = new ApiClient(port);

            JsonObject js = client.ended(client.submit("/reports?type=lines-js&blank=false", "a\n\nb\n"));
            JsonObject java = client.ended(client.submit("/reports?type=lines-java", "a\n\nb\n"));
            JsonObject groovy = client.ended(client.submit(
                    "/reports?type=top-customers-groovy&groupBy=who&value=sum", "who,sum\nAda,1.5\nBob,2\n"));

            assertThat(result(client, js)).isEqualTo("2\n");
            assertThat(result(client, java)).isEqualTo("3\n");
            assertThat(result(client, groovy)).isEqualTo("customer,sum\nBob,2.0\nAda,1.5\n");
            JsonObject trace = new JsonObject(
                    client.get(js.getJsonObject("links").getString("trace")).body());
            assertThat(SpanTree.of(trace).text())
                    .contains("      report-generator INTERNAL generate lines-js\n"
                            + "        report-generator INTERNAL count\n");
        }
    }

    @Test
    void pythonGeneratorNeedsItsOwnWorker() throws Exception {
        assertThat(create("lines", "python")).startsWith("Wrote lines.py. ");
        Files.writeString(folder.resolve("report.py"), "class InvalidInput(Exception): pass\n");
        Files.writeString(folder.resolve("worker.py"), """
                import types

                def run(generators):
                    (name, (description, generate)), = generators.items()
                    request = types.SimpleNamespace(parameters={}, input=b"a\\nb\\n", progress=lambda done: None)
                    print(name, description["title"], generate(request))
                """);

        Process python = new ProcessBuilder("python3", "lines.py")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(python.getInputStream().readAllBytes()))
                .isEqualTo("lines Number of lines (b'2\\n', 'text/plain')\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Bad | js   | "Bad" is not a report type (use a-z, 0-9 and -, a letter first, at most 64)
            ok  | ruby | Invalid value for option '--language': expected one of [js, java, python]
            old | js   | old.js exists already
            """)
    void wrongArgumentsWriteNothing(String name, String language, String reason) throws IOException {
        Path old = Files.writeString(folder.resolve("old.js"), "mine");
        try (JarProcess jar = new JarProcess(folder, Map.of(), "new", "generator", name, "--language", language)) {
            assertThat(jar.exitCode()).isEqualTo(2);
            assertThat(jar.err()).contains(reason);
        }
        assertThat(old).hasContent("mine");
        assertThat(folder.resolve("ok.js")).doesNotExist();
    }

    private String create(String name, String language) {
        try (JarProcess jar = new JarProcess(folder, Map.of(), "new", "generator", name, "--language", language)) {
            assertThat(jar.exitCode()).as(jar.err()).isZero();
            return jar.out();
        }
    }

    private static String result(ApiClient client, JsonObject report) {
        assertThat(report.getString("state")).as(report.encode()).isEqualTo("done");
        return client.get(report.getJsonObject("links").getString("result")).body();
    }

    private static Path groovy() throws URISyntaxException {
        return Path.of(GroovyObject.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }
}
