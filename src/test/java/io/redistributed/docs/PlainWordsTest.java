package io.redistributed.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
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
                                            "(no|some|any)body (\\w+s|\\w+ed|may|can|is|was|has|had|else)",
                                            "somebody",
                                            "who he is",
                                            "so many",
                                            "as said",
                                            "what is over",
                                            "lest",
                                            "anew",
                                            "all the same",
                                            "told",
                                            "deaf",
                                            "heeds?",
                                            "for ever",
                                            "of before",
                                            "as it should be",
                                            "put right",
                                            "puts right",
                                            "let be",
                                            "but for",
                                            "taken for (a|an|the|dead)",
                                            "in (one|two) pieces",
                                            "or no longer",
                                            "hence",
                                            "notwithstanding",
                                            "who waits",
                                            "those who",
                                            "without blame",
                                            "without a word",
                                            "what goes wrong",
                                            "so long ago",
                                            "signs? of life",
                                            "in (his|its|their) hands"))
                            .replace(" ", "(?:\\s|[*#]|//)+")
                    + ")\\b",
            Pattern.CASE_INSENSITIVE);

    static List<Path> texts() throws IOException {
        List<Path> texts = new ArrayList<>(Documents.all());
        for (String name : List.of(
                "adapters",
                "codecs",
                "conf",
                "deploy",
                "scripts",
                "src",
                ".github",
                "Dockerfile",
                "docker-compose.yml")) {
            texts.addAll(files(Path.of(name)));
        }
        // Recorded data, other languages' lock files, and this list.
        texts.removeIf(text -> text.toString().matches(".*(wire-vectors|/jaeger/|lock|PlainWordsTest).*"));
        return texts.stream().distinct().toList();
    }

    @Test
    void findsPhrasesAcrossLines() {
        assertThat(BANNED.matcher("// No longer, lest\n * it fails. Who\n# waits")
                        .results()
                        .map(MatchResult::group))
                .containsExactly("lest", "Who\n# waits");
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
                    .filter(file -> file.toString()
                            .matches(".*(\\.(java|lua|js|ts|css|html|md|ya?ml|json|sh|py|go|xml|txt)|file)"))
                    .filter(file -> !file.toString().matches(".*/(target|node_modules)/.*"))
                    .toList();
        }
    }

    private static long line(String content, int at) {
        return content.substring(0, at).lines().count();
    }
}
