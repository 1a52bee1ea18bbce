package io.redistributed.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of decisions has each once, in order, with its number, title and file. */
class DecisionsTest {

    private static final Path FOLDER = Path.of("docs/adr");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\| \\[(.+?)]\\((\\d{4}-[^)]*\\.md)\\) \\|");
    private static final Pattern TITLE = Pattern.compile("# (\\d+)\\. (.+)");

    @Test
    void listHasEachDecisionOnce() throws IOException {
        List<String> listed = ROW.matcher(Files.readString(FOLDER.resolve("README.md")))
                .results()
                .map(row -> row.group(3) + ": " + row.group(1) + ". " + row.group(2))
                .toList();
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(listed)
                    .isEqualTo(files.filter(file -> !file.endsWith("README.md"))
                            .sorted()
                            .map(DecisionsTest::title)
                            .toList());
        }
    }

    private static String title(Path decision) {
        try (Stream<String> lines = Files.lines(decision)) {
            MatchResult title = TITLE.matcher(lines.findFirst().orElse(""))
                    .results()
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(decision + " has no numbered title"));
            return decision.getFileName() + ": " + title.group(1) + ". " + title.group(2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
