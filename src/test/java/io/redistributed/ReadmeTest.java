package io.redistributed;

import static io.redistributed.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.Generators;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents say holds: their code compiles, every setting is explained, every file they name is there. */
@ExtendWith(VertxExtension.class)
class ReadmeTest {

    private static final Path README = Path.of("README.md");
    private static final Path GUIDE = Path.of("CONTRIBUTING.md");
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("\\bclass (\\w+)");
    private static final Pattern BYTES = Pattern.compile("(?m)^ {4}[0-9a-f ]{40,}$");
    /** But for the short commands that people type. */
    private static final Pattern START =
            Pattern.compile("(?m)^.*\\bjava[\", ].*-(jar|cp)[\", ]+(?!\\S*\\.jar (inspect|submit|load)\\b)\\S.*$");

    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)[^)]*\\)");

    /** There it is compiled and run with the library as it is installed. */
    @Test
    void theLibraryExampleIsTheProgramThatIsTestedAndHasLessThan15Lines() throws IOException {
        String program = Files.readString(Path.of("src/it/pubsub/src/main/java/Orders.java"));

        assertThat(onlyJavaBlockOf(README)).isEqualTo(program);
        assertThat(program.lines().filter(line -> !line.isBlank())).isNotEmpty().hasSizeLessThan(15);
    }

    @Test
    void theExampleGeneratorWorks(@TempDir Path classes, Vertx vertx) throws Exception {
        compile(onlyJavaBlockOf(GUIDE), classes);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            Object generator = loader.loadClass("example.LineCounter")
                    .getDeclaredConstructor()
                    .newInstance();
            await(vertx.deployVerticle((Deployable) generator));
            GenerateRequest request = new GenerateRequest(
                    "0-1",
                    1,
                    JsonObject.of("blank", false),
                    Buffer.buffer("one\n\nthree\n"),
                    Context.root(),
                    done -> {});

            GeneratedContent content = await(Generators.ask(vertx, "lines", request, Duration.ofSeconds(30)));

            assertThat(content.body().toString()).isEqualTo("2");
        }
    }

    @Test
    void theExamplesOfTheWireFormatAreVectors() throws IOException {
        List<String> examples = BYTES.matcher(Files.readString(Path.of("docs/wire-format.md")))
                .results()
                .map(line -> line.group().replace(" ", ""))
                .toList();
        String vectors = Files.readString(Path.of("src/test/resources/wire-vectors.json"));
        assertThat(examples).hasSize(2).allSatisfy(example -> assertThat(vectors)
                .contains("\"message\": \"" + example + '"'));
    }

    @Test
    void everyKeyOfTheConfigurationIsExplained() throws IOException {
        JsonObject schema;
        try (InputStream in = ReadmeTest.class.getResourceAsStream("config/config-schema.json")) {
            schema = new JsonObject(Buffer.buffer(in.readAllBytes()));
        }
        Set<String> keys = new TreeSet<>();
        collect(schema, "", keys);
        String readme = Files.readString(README);
        assertThat(keys).contains("queue.lease").allSatisfy(key -> assertThat(readme)
                .contains("`" + key + "`"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"api.HttpSettings", "api.MetricsSettings", "worker.WorkerSettings", "export.ExportSettings"})
    void everyKeyOfTheVerticlesIsExplained(String settings) throws Exception {
        String readme = Files.readString(README);
        RecordComponent[] keys = Class.forName("io.redistributed." + settings).getRecordComponents();
        assertThat(keys).isNotEmpty().allSatisfy(key -> assertThat(readme).contains("| `" + key.getName() + "` |"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "CONTRIBUTING.md", "RATIONALE.md", "docs/wire-format.md"})
    void everyFileThatIsLinkedToExists(String name) throws IOException {
        Path document = Path.of(name).toAbsolutePath();
        Matcher links = LINK.matcher(Files.readString(document));
        List<String> files = links.results()
                .map(link -> link.group(1))
                .filter(target -> !target.startsWith("http"))
                .toList();
        assertThat(files).isNotEmpty().allSatisfy(file -> assertThat(document.resolveSibling(file))
                .exists());
    }

    /** A service whose heap is exhausted is to end, not to live on without answering. */
    @Test
    void everyStartThatIsShownEndsAnExhaustedJvm() throws IOException {
        List<String> starts = new ArrayList<>();
        for (Path root : List.of(README, GUIDE, Path.of("docs"), Path.of("scripts"), Path.of("Dockerfile"))) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(path -> !path.toString().matches(".*\\.(png|svg)"))
                        .filter(Files::isRegularFile)
                        .toList()) {
                    START.matcher(Files.readString(file).replace("\\\n", " "))
                            .results()
                            .forEach(start -> starts.add(file + ": " + start.group()));
                }
            }
        }

        assertThat(starts).hasSizeGreaterThan(10).allSatisfy(start -> assertThat(start)
                .contains("-XX:+ExitOnOutOfMemoryError"));
    }

    private static String onlyJavaBlockOf(Path document) throws IOException {
        List<MatchResult> blocks =
                JAVA.matcher(Files.readString(document)).results().toList();
        assertThat(blocks).hasSize(1);
        return blocks.get(0).group(1);
    }

    private static void compile(String source, Path classes) throws IOException {
        Matcher name = CLASS.matcher(source);
        assertThat(name.find()).isTrue();
        Path file = Files.writeString(classes.resolve(name.group(1) + ".java"), source, StandardCharsets.UTF_8);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        List<String> options = List.of("-cp", System.getProperty("java.class.path"), "-d", classes.toString());
        boolean compiled = compiler.getTask(
                        errors,
                        null,
                        null,
                        options,
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
                .call();
        assertThat(compiled).as(errors.toString()).isTrue();
    }

    /** Adds the paths of all keys, such as {@code tracing.channels[].match}, that hold no further ones. */
    private static void collect(JsonObject schema, String path, Set<String> keys) {
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        for (String key : properties.fieldNames()) {
            JsonObject rule = properties.getJsonObject(key);
            JsonObject items = rule.getJsonObject("items", new JsonObject());
            if (rule.containsKey("properties")) {
                collect(rule, path + key + ".", keys);
            } else if (items.containsKey("properties")) {
                collect(items, path + key + "[].", keys);
            } else {
                keys.add(path + key);
            }
        }
    }
}
