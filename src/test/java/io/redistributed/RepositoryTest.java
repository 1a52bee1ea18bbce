package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a release and its readers rely on: pinned workflows, and one version in all documents. */
class RepositoryTest {

    private static final Pattern ACTION = Pattern.compile("uses: (\\S+)(.*)");
    private static final Pattern VERSION =
            Pattern.compile("<artifactId>redistributed</artifactId>\\s*<version>([^<]+)</version>");

    /** A tag can be moved to other code, a commit cannot. */
    @Test
    void actionsOfOthersArePinnedToACommitAndNameItsVersion() throws IOException {
        List<String> actions = new ArrayList<>();
        try (Stream<Path> workflows = Files.list(Path.of(".github/workflows"))) {
            for (Path workflow : workflows.toList()) {
                ACTION.matcher(Files.readString(workflow)).results().forEach(use -> actions.add(use.group()));
            }
        }
        actions.removeIf(use -> use.startsWith("uses: ./"));

        assertThat(actions).hasSizeGreaterThan(5).allSatisfy(use -> assertThat(use)
                .matches("uses: [\\w./-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+"));
    }

    @Test
    void theChangelogHasASectionForTheVersionThatIsReleasedNext() throws IOException {
        String version = version("pom.xml").replace("-SNAPSHOT", "");

        assertThat(Path.of("CHANGELOG.md")).content().contains("\n## [" + version + "] - ");
    }

    @Test
    void theReadmeNamesTheVersionOfThePom() throws IOException {
        assertThat(version("README.md")).isEqualTo(version("pom.xml"));
    }

    private static String version(String file) throws IOException {
        Matcher version = VERSION.matcher(Files.readString(Path.of(file)));
        assertThat(version.find()).as(file).isTrue();
        return version.group(1);
    }
}
