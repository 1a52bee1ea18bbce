package io.redistributed.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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

    /** Packages, and resources of packages, that still have such phrases. Remove a line when its package is done. */
    private static final Set<String> TO_DO =
            Set.of("context", "embedded", "pubsub", "pubsub.vertx", "queue", "redis", "worker");

    static List<Path> texts() throws IOException {
        List<Path> texts = new ArrayList<>(Documents.all());
        for (String name : List.of("conf", "scripts", ".github", "Dockerfile", "docker-compose.yml")) {
            texts.addAll(files(Path.of(name)));
        }
        texts.add(RESOURCES.resolve("api/openapi.yaml"));
        texts.add(RESOURCES.resolve("config/config-schema.json"));
        for (Path root : List.of(SOURCES, RESOURCES)) {
            for (Path file : files(root)) {
                if (!TO_DO.contains(packageOf(root, file))) {
                    texts.add(file);
                }
            }
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

    /** So that the list shrinks with the work. */
    @Test
    void packagesToDoStillHaveBannedPhrases() throws IOException {
        List<String> done = new ArrayList<>(TO_DO);
        for (Path root : List.of(SOURCES, RESOURCES)) {
            for (Path file : files(root)) {
                if (BANNED.matcher(Files.readString(file)).find()) {
                    done.remove(packageOf(root, file));
                }
            }
        }
        assertThat(done).as("packages to remove from the list").isEmpty();
    }

    private static String packageOf(Path root, Path file) {
        String name = String.valueOf(root.relativize(file).getParent()).replace('/', '.');
        return name.startsWith("api.page") ? "api" : name;
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
