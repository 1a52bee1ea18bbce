package io.redistributed.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents, schemas, scripts, comments and messages use plain, present-day words. */
class PlainWordsTest {

    /** Phrases that are wrong in every context here; lines may break within them. */
    private static final Pattern BANNED = Pattern.compile(
            "\\b("
                    + String.join(
                                    "|",
                                    List.of(
                                            "whoever",
                                            "nobody is asked",
                                            "so many",
                                            "as said",
                                            "what is over",
                                            "lest",
                                            "anew",
                                            "all the same",
                                            "unless (it is )?told",
                                            "(is|are|be|was|were|has|have) told",
                                            "told (of|as|by)",
                                            "or no longer",
                                            "hence",
                                            "notwithstanding",
                                            "who waits",
                                            "what goes wrong",
                                            "so long ago",
                                            "signs? of life",
                                            "in (his|its|their) hands"))
                            .replace(" ", "[\\s*/#]+")
                    + ")\\b",
            Pattern.CASE_INSENSITIVE);

    private static final Path SOURCES = Path.of("src/main/java/io/redistributed");
    private static final Path RESOURCES = Path.of("src/main/resources/io/redistributed");

    static List<Path> texts() throws IOException {
        List<Path> texts = new ArrayList<>(Documents.all());
        for (String name : List.of("conf", "scripts", ".github", "Dockerfile", "docker-compose.yml")) {
            texts.addAll(files(Path.of(name)));
        }
        texts.add(RESOURCES.resolve("api/openapi.yaml"));
        texts.add(RESOURCES.resolve("config/config-schema.json"));
        for (Path root : List.of(SOURCES, RESOURCES)) {
            texts.addAll(files(root));
        }
        return texts.stream().distinct().toList();
    }

    @ParameterizedTest
    @MethodSource("texts")
    void noBannedPhrase(Path text) throws IOException {
        String content = Files.readString(text);
        assertThat(BANNED.matcher(content).results().map(hit -> line(content, hit.start()) + ": " + hit.group()))
                .as(text.toString())
                .isEmpty();
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().matches(".*\\.(png|svg|ico|jar|class)"))
                    .toList();
        }
    }

    private static long line(String content, int at) {
        return content.substring(0, at).lines().count();
    }
}
