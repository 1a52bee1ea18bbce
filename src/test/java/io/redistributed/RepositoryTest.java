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

/** Holds the repository's own rules: pinned workflows, one version in all documents, tests that cannot pass vacuously. */
class RepositoryTest {

    private static final Pattern ACTION = Pattern.compile("uses: (\\S+)(.*)");
    /** An assertion over all elements, with the text back to its {@code assertThat(}. */
    private static final Pattern OF_ALL = Pattern.compile(
            "assertThat\\(((?:(?!assertThat\\()[^;])*?)\\.(allSatisfy|allMatch|noneSatisfy|doesNotHaveDuplicates)\\(");

    private static final Pattern NOT_EMPTY =
            Pattern.compile("\\.(isNotEmpty|hasSize\\w*|contains\\w*|startsWith|endsWith)\\(");
    private static final Pattern VERSION =
            Pattern.compile("<artifactId>redistributed</artifactId>\\s*<version>([^<]+)</version>");

    /** A tag can be moved to other code, a commit cannot. */
    @Test
    void actionsArePinnedToCommits() throws IOException {
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
    void changelogHasNextVersion() throws IOException {
        String version = version("pom.xml").replace("-SNAPSHOT", "");

        assertThat(Path.of("CHANGELOG.md")).content().contains("\n## [" + version + "] - ");
    }

    @Test
    void readmeHasVersionOfPom() throws IOException {
        assertThat(version("README.md")).isEqualTo(version("pom.xml"));
    }

    /** An assertion over all elements of an empty collection always passes. */
    @Test
    void assertionsOverAllElementsRequireElements() throws IOException {
        List<String> met = new ArrayList<>();
        List<String> vacuous = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                OF_ALL.matcher(Files.readString(file)).results().forEach(assertion -> {
                    met.add(assertion.group());
                    if (!NOT_EMPTY.matcher(assertion.group(1)).find()) {
                        vacuous.add(file + ": " + assertion.group().replaceAll("\\s+", " "));
                    }
                });
            }
        }

        assertThat(met).hasSizeGreaterThan(30);
        assertThat(vacuous).isEmpty();
    }

    private static String version(String file) throws IOException {
        Matcher version = VERSION.matcher(Files.readString(Path.of(file)));
        assertThat(version.find()).as(file).isTrue();
        return version.group(1);
    }
}
