package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the repository's own rules: pinned workflows, dependency updates, one version, tests that cannot pass vacuously. */
class RepositoryTest {

    private static final Pattern ACTION = Pattern.compile("uses: (\\S+)(.*)");
    /** An assertion over all elements, with the text back to its {@code assertThat(}. */
    private static final Pattern OF_ALL = Pattern.compile(
            "assertThat\\(((?:(?!assertThat\\()[^;])*?)\\.(allSatisfy|allMatch|noneSatisfy|doesNotHaveDuplicates)\\(");

    private static final Pattern NOT_EMPTY =
            Pattern.compile("\\.(isNotEmpty|hasSize\\w*|contains\\w*|startsWith|endsWith)\\(");
    private static final Pattern VERSION =
            Pattern.compile("<artifactId>redistributed</artifactId>\\s*<version>([^<]+)</version>");

    private static final Pattern TIMESTAMP =
            Pattern.compile("<project.build.outputTimestamp>([^<]+)</project.build.outputTimestamp>");

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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    README.md                             | <artifactId>redistributed</artifactId>\\s*<version>([^<]+)<
                    docs/library.md                       | <artifactId>redistributed</artifactId>\\s*<version>([^<]+)<
                    adapters/pom.xml                      | -adapters</artifactId>\\s*<version>([^<]+)<
                    adapters/javaagent-extension/pom.xml  | -adapters</artifactId>\\s*<version>([^<]+)<
                    adapters/spring-boot-starter/pom.xml  | -adapters</artifactId>\\s*<version>([^<]+)<
                    codecs/node/package.json              | "version": "([^"]+)"
                    codecs/python/pyproject.toml          | (?m)^version = "([^"]+)"
                    """)
    void hasVersionOfPom(Path file, String pattern) throws IOException {
        Matcher version = Pattern.compile(pattern).matcher(Files.readString(file));

        assertThat(version.find()).isTrue();
        assertThat(version.group(1)).isEqualTo(version("pom.xml"));
    }

    /** Jars of one commit are equal, byte for byte. */
    @Test
    void adaptersHaveTimestampOfLibrary() throws IOException {
        assertThat(timestamp("adapters/pom.xml")).isEqualTo(timestamp("pom.xml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "adapters/pom.xml"})
    void pomHasWhatMavenCentralWants(Path pom) throws IOException {
        assertThat(pom)
                .content()
                .contains("<name>", "<description>", "<url>", "<licenses>", "<developers>", "<scm")
                .contains("maven-source-plugin", "maven-javadoc-plugin", "maven-gpg-plugin");
        assertThat(Path.of(".github/workflows/release.yml"))
                .content()
                .containsPattern("-DskipTests "
                        + (pom.getParent() == null ? "" : "-f " + Pattern.quote(pom.toString()) + " ") + "deploy");
    }

    /** Dependabot finds manifests only in the folders that its configuration names. */
    @Test
    void dependabotUpdatesEveryManifest() throws IOException {
        JsonNode updates = new YAMLMapper()
                .readTree(Path.of(".github/dependabot.yml").toFile())
                .get("updates");
        Set<String> updated = new TreeSet<>();
        for (JsonNode update : updates) {
            String ecosystem = update.get("package-ecosystem").asText();
            JsonNode folders = update.path("directories");
            (folders.isMissingNode() ? List.of(update.get("directory")) : folders)
                    .forEach(folder -> updated.add(ecosystem + " " + folder.asText()));
        }

        assertThat(manifests()).isNotEmpty().allSatisfy(manifest -> assertThat(updated)
                .anyMatch(pattern -> manifest.matches(pattern.replace("*", "[^/]+"))));
    }

    /** Returns the package manager and the folder of each manifest; programs in src/it take their versions from a pom. */
    private static Set<String> manifests() throws IOException {
        Map<String, String> managers = Map.of(
                "pom.xml", "maven",
                "package.json", "npm",
                "go.mod", "gomod",
                "pyproject.toml", "pip",
                "Dockerfile", "docker");
        Set<String> manifests = new TreeSet<>();
        Files.walkFileTree(Path.of(""), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.getFileName().toString().matches("target|node_modules|data|it|\\..+")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String manager = managers.get(file.getFileName().toString());
                boolean isUsed = manager != null
                        && (!manager.equals("npm") || Files.readString(file).contains("ependencies"));
                if (isUsed) {
                    manifests.add(manager + " /" + (file.getParent() == null ? "" : file.getParent()));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(manifests).contains("maven /", "pip /codecs/python", "gomod /codecs/go");
        return manifests;
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

    private static String timestamp(String pom) throws IOException {
        Matcher timestamp = TIMESTAMP.matcher(Files.readString(Path.of(pom)));
        assertThat(timestamp.find()).as(pom).isTrue();
        return timestamp.group(1);
    }

    private static String version(String file) throws IOException {
        Matcher version = VERSION.matcher(Files.readString(Path.of(file)));
        assertThat(version.find()).as(file).isTrue();
        return version.group(1);
    }
}
