package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the documents: their code compiles, every setting is explained, every named file exists. */
class ReadmeTest {

    private static final Path README = Path.of("README.md");
    private static final Path LIBRARY = Path.of("docs/library.md");
    private static final Path GUIDE = Path.of("CONTRIBUTING.md");
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern BYTES = Pattern.compile("(?m)^ {4}[0-9a-f ]{40,}$");
    /** Except short commands. */
    private static final Pattern START = Pattern.compile(
            "(?m)^.*\\bjava[\", ].*-(jar|cp)[\", ]+(?!\\S*\\.jar (inspect|submit|traces?|reports|retry|cancel|key|load|new|view)\\b)\\S.*$");

    /** There it is compiled and run with the library as it is installed. */
    @Test
    void libraryExampleIsTestedProgram() throws IOException {
        String program = Files.readString(Path.of("src/it/pubsub/src/main/java/Orders.java"));

        assertThat(javaBlocksOf(LIBRARY)).contains(program);
        assertThat(program.lines().filter(line -> !line.isBlank())).isNotEmpty().hasSizeLessThan(15);
        assertThat(program.replaceAll("(?m)^ +", ""))
                .contains(javaBlocksOf(README).get(0).replaceAll("(?m)^ +", ""));
    }

    @Test
    void readmeIsShort() throws IOException {
        assertThat(Files.readAllLines(README)).hasSizeBetween(50, 150);
    }

    @Test
    void wireFormatExamplesAreVectors() throws IOException {
        List<String> examples = BYTES.matcher(Files.readString(Path.of("docs/wire-format.md")))
                .results()
                .map(line -> line.group().replace(" ", ""))
                .toList();
        String vectors = Files.readString(Path.of("src/test/resources/wire-vectors.json"));
        assertThat(examples).hasSize(2).allSatisfy(example -> assertThat(vectors)
                .contains("\"message\": \"" + example + '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api.HttpVerticle api.HttpSettings",
                "api.MetricsVerticle api.MetricsSettings",
                "worker.WorkerVerticle worker.WorkerSettings",
                "export.JaegerExporterVerticle export.ExportSettings"
            })
    void schemaHasEveryKeyOfVerticles(String names) throws Exception {
        JsonObject schema;
        try (InputStream in = ReadmeTest.class.getResourceAsStream("config/config-schema.json")) {
            schema = new JsonObject(Buffer.buffer(in.readAllBytes()));
        }
        JsonObject verticle = schema.getJsonObject("$defs").getJsonObject(names.split(" ")[0]);
        RecordComponent[] keys =
                Class.forName("io.redistributed." + names.split(" ")[1]).getRecordComponents();

        assertThat(keys).isNotEmpty().allSatisfy(key -> assertThat(
                        verticle.getJsonObject("properties").fieldNames())
                .contains(key.getName()));
    }

    /** A service whose heap is exhausted is to end, not to live on without answering. */
    @Test
    void shownStartsExitOnExhaustedHeap() throws IOException {
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

    private static List<String> javaBlocksOf(Path document) throws IOException {
        List<String> blocks = JAVA.matcher(Files.readString(document))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(blocks).isNotEmpty();
        return blocks;
    }
}
