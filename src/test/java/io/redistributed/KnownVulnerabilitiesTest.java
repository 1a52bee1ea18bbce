package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.artifact.versioning.DefaultArtifactVersion;
import org.apache.maven.artifact.versioning.InvalidVersionSpecificationException;
import org.apache.maven.artifact.versioning.VersionRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing on the class path, of the service or the tests, is in a version that {@code advisories.txt} has. */
class KnownVulnerabilitiesTest {

    private static final List<String> CLASS_PATH =
            List.of(System.getProperty("java.class.path").split(File.pathSeparator));

    /** @param jars matches the path of a jar in a Maven repository; its first group is the version */
    private record Advisory(Pattern jars, VersionRange affected) {

        static Advisory of(String artifact, String affected) throws InvalidVersionSpecificationException {
            String[] names = artifact.split(":");
            String path = names[0].replace('.', '/') + '/' + names[1].replace("*", "[^/]*");
            return new Advisory(
                    Pattern.compile(".*/" + path + "/([^/]+)/[^/]+\\.jar"),
                    VersionRange.createFromVersionSpec(affected));
        }

        List<String> concerned(List<String> classPath) {
            return classPath.stream()
                    .filter(jar -> jars.matcher(unix(jar)).matches())
                    .toList();
        }

        List<String> vulnerable(List<String> classPath) {
            return concerned(classPath).stream()
                    .filter(jar -> affected.containsVersion(new DefaultArtifactVersion(version(jar))))
                    .toList();
        }

        private String version(String jar) {
            Matcher matcher = jars.matcher(unix(jar));
            return matcher.matches() ? matcher.group(1) : "";
        }

        private static String unix(String path) {
            return path.replace('\\', '/');
        }
    }

    static Stream<Arguments> advisories() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/advisories.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\\s+", 3))
                .map(columns -> arguments(columns[0], columns[1], columns[2]));
    }

    @ParameterizedTest
    @MethodSource("advisories")
    void noDependencyIsAffected(String artifact, String affected, String ids)
            throws InvalidVersionSpecificationException {
        Advisory advisory = Advisory.of(artifact, affected);

        assertThat(advisory.concerned(CLASS_PATH))
                .as("jars on the class path that %s concerns; without any, remove the row", ids)
                .isNotEmpty();
        assertThat(advisory.vulnerable(CLASS_PATH))
                .as("jars affected by %s", ids)
                .isEmpty();
    }

    @Test
    void findsAffectedJar() throws InvalidVersionSpecificationException {
        List<String> classPath = Stream.of("4.1.0", "4.2.14", "4.2.15", "4.2.18")
                .map(version -> "/repository/io/netty/netty-codec-http2/%1$s.Final/netty-codec-http2-%1$s.Final.jar"
                        .formatted(version))
                .toList();

        assertThat(Advisory.of("io.netty:netty-codec-*", "[4.2.0,4.2.15.Final)").vulnerable(classPath))
                .containsExactly(classPath.get(1));
        assertThat(Advisory.of("io.netty:netty-codec", "(,5)").concerned(classPath))
                .isEmpty();
    }
}
